import type { ConnectionEntry, Endpoint } from "../../src/state/connections.ts";

/** A connection as a line of `ipvsadm -Lnc`, single-spaced. */
export function describeEntry(entry: ConnectionEntry): string {
  return [
    entry.protocol,
    describeExpiry(entry),
    entry.state,
    describeEndpoint(entry.client),
    describeEndpoint(entry.virtual),
    describeEndpoint(entry.destination),
  ].join(" ");
}

export function describeExpiry({ expires }: ConnectionEntry): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(expires / 60))}:${two(expires % 60)}`;
}

export function describeEndpoint({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
