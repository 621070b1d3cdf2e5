import type { Protocol } from "../../state/rule.ts";
import { parseIpv4Loosely, parseIpv6 } from "./inet.ts";
import { numberBetween } from "./number.ts";
import type { Resolver } from "./resolver.ts";
import { type Soon, when } from "./soon.ts";

const PORT_MAX = 65535;

export interface ServiceAddress {
  readonly address: string;
  readonly family: 4 | 6;
  /** Absent when the text names no port. */
  readonly port?: number;
}

/**
 * The `host[:port]` of -t, -u, --sctp-service and -r. The host may be a name, the port a service of
 * the protocol. IPv6 stands in brackets when a port follows, and without them when none does:
 * "[v6]" alone is wrong, which is ipvsadm's own rule.
 */
export function parseServiceAddress(
  text: string,
  protocol: Protocol | undefined,
  resolver: Resolver,
): Soon<ServiceAddress | undefined> {
  if (/^\d*$/.test(text)) return undefined;
  let host = text;
  let port: string | undefined;
  if (text.startsWith("[")) {
    const bracketed = text.match(/^\[([^\]]*)\]:(.*)$/s);
    if (bracketed === null) return undefined;
    host = bracketed[1]!;
    port = bracketed[2]!;
  }
  const ipv6 = parseIpv6(host);
  if (ipv6 !== undefined) return withPort({ address: ipv6, family: 6 }, port, protocol, resolver);
  // What is no IPv6 address loses its brackets and what came after them: "[10.0.0.1]:80" has no
  // port.
  const colon = host.lastIndexOf(":");
  const name = colon === -1 ? host : host.slice(0, colon);
  const after = colon === -1 ? undefined : host.slice(colon + 1);
  return when(hostAddress(name, resolver), (address) =>
    address === undefined ? undefined : withPort({ address, family: 4 }, after, protocol, resolver),
  );
}

/** An IPv4 address or the name of a host. */
export function hostAddress(name: string, resolver: Resolver): Soon<string | undefined> {
  return parseIpv4Loosely(name) ?? (name.trim() === "" ? undefined : resolver.addressOf(name));
}

function withPort(
  host: { readonly address: string; readonly family: 4 | 6 },
  text: string | undefined,
  protocol: Protocol | undefined,
  resolver: Resolver,
): ServiceAddress | undefined {
  if (text === undefined) return host;
  const named = () => (protocol === undefined ? undefined : resolver.portOf(text, protocol));
  const port = numberBetween(text, 0, PORT_MAX) ?? named();
  return port === undefined ? undefined : { ...host, port };
}
