import { addressBytes, familyOf, formatAddress } from "../../wire/address.ts";
import { readU16, writeU16 } from "../../wire/bytes.ts";
import { viewOf } from "../../wire/netlink.ts";
import { AF_INET, AF_INET6 } from "../../wire/netlink-address.ts";

/** AF_PACKET of packet(7). */
export const AF_PACKET = 17;

/** struct sockaddr_in of ip(7) and sockaddr_in6 of ipv6(7); families in the machine's order. */
const IN_BYTES = 16;
const IN6_BYTES = 28;
const AT = { family: 0, port: 2, address4: 4, address6: 8, scope6: 24 } as const;
/** struct sockaddr_ll of packet(7). */
const LL_BYTES = 20;

/** Room for the address of either family. */
export const SOCKET_ADDRESS_BYTES = IN6_BYTES;

/** `link` is the scope that a link-local IPv6 address needs (ipv6(7) sin6_scope_id). */
export function socketAddress(address: string, port: number, link = 0): Uint8Array {
  const six = familyOf(address) === 6;
  const bytes = new Uint8Array(six ? IN6_BYTES : IN_BYTES);
  viewOf(bytes).setUint16(AT.family, six ? AF_INET6 : AF_INET, true);
  writeU16(bytes, AT.port, port);
  bytes.set(addressBytes(address), six ? AT.address6 : AT.address4);
  if (six) viewOf(bytes).setUint32(AT.scope6, link, true);
  return bytes;
}

/** Address and port of what the kernel filled in. */
export function readSocketAddress(bytes: Uint8Array): { address: string; port: number } {
  const six = viewOf(bytes).getUint16(AT.family, true) === AF_INET6;
  const [at, length] = six ? [AT.address6, 16] : [AT.address4, 4];
  return {
    address: formatAddress(bytes.subarray(at, at + length)),
    port: readU16(bytes, AT.port),
  };
}

/** An interface, for frames of an EtherType; 0 is for a socket that only sends. */
export function linkAddress(link: number, etherType: number): Uint8Array {
  const bytes = new Uint8Array(LL_BYTES);
  viewOf(bytes).setUint16(0, AF_PACKET, true);
  writeU16(bytes, 2, etherType);
  viewOf(bytes).setInt32(4, link, true);
  return bytes;
}
