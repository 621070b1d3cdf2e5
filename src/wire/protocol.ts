/** Assigned numbers of what follows an Ethernet or IP header. */

/** EtherTypes (IEEE 802 numbers at IANA). */
export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, ipv6: 0x86dd } as const;

/** Protocol numbers of IPv4 and next headers of IPv6 (IANA protocol numbers). */
export const PROTOCOL = {
  hopByHop: 0,
  icmp: 1,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  ah: 51,
  icmpv6: 58,
  noNextHeader: 59,
  destinationOptions: 60,
  vrrp: 112,
  sctp: 132,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(PROTOCOL).map(([name, number]) => [number, name]),
);

/** "tcp", or "protocol 99" for one that has no name here. */
export function protocolName(protocol: number): string {
  return NAMES.get(protocol) ?? `protocol ${protocol}`;
}

/**
 * Whether a decoder checks checksums. "trust" is for frames whose checksums a network card or the
 * kernel has yet to fill in (a veth pair without `ethtool -K … tx off`), and for fragments.
 */
export type ChecksumPolicy = "verify" | "trust";
