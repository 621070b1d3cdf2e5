import type { ConnectionEntry, Endpoint } from "../../src/state/connections.ts";
import { socketAddress } from "../../src/state/rule.ts";

/** A connection as a line of `ipvsadm -Lnc --persistent-conn`, single-spaced. */
export function describeEntry(entry: ConnectionEntry): string {
  return [
    entry.protocol,
    describeExpiry(entry),
    entry.state,
    describeEndpoint(entry.client),
    describeEndpoint(entry.virtual),
    describeEndpoint(entry.destination),
    ...(entry.engine === undefined ? [] : [entry.engine.name, entry.engine.data]),
  ].join(" ");
}

export function describeExpiry({ expires }: ConnectionEntry): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(expires / 60))}:${two(expires % 60)}`;
}

export function describeEndpoint({ address, port }: Endpoint): string {
  return socketAddress(address, port);
}
