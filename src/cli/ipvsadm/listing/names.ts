import type { Protocol } from "../../../state/rule.ts";
import { printedAddress } from "../inet.ts";
import type { Resolver } from "../resolver.ts";

/** How a listing writes an address with its port. No protocol: the port has no name. */
export type EndpointName = (
  address: string,
  port: number,
  protocol: Protocol | undefined,
) => Promise<string>;

/** -n: numbers only. */
const numericName: EndpointName = async (address, port) => written(address, String(port));

/** Names where there are some; IPv6 hosts keep their address, because "[name]:port" is no input. */
function symbolicName(resolver: Resolver): EndpointName {
  return async (address, port, protocol) => {
    const host = address.includes(":") ? undefined : await resolver.hostOf(address);
    const service = protocol === undefined ? undefined : resolver.serviceOf(port, protocol);
    return written(host ?? address, service ?? String(port));
  };
}

export function endpointName(numeric: boolean, resolver: Resolver): EndpointName {
  return numeric ? numericName : symbolicName(resolver);
}

function written(host: string, port: string): string {
  return host.includes(":") ? `[${printedAddress(host)}]:${port}` : `${host}:${port}`;
}
