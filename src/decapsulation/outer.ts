import { isMapped } from "../wire/address.ts";
import { readU16 } from "../wire/bytes.ts";
import { ETHERNET_AT, ETHERNET_BYTES } from "../wire/ethernet.ts";
import { ETHERTYPE } from "../wire/protocol.ts";

/** The outer IP header (xdp/outer.h; RFC 791 section 3.1, RFC 8200 section 3). */
export interface Outer {
  readonly family: 4 | 6;
  /** 16 bytes, IPv4 in its mapped form. */
  readonly source: Uint8Array;
  /** The bytes of both addresses as they lie in the header. */
  readonly ends: Uint8Array;
  readonly protocol: number;
  /** ECN field, RFC 3168: two bits. */
  readonly congestion: number;
  readonly fragment: "none" | "first" | "later";
  /** Where its payload begins and ends, bytes from the frame's start. */
  readonly at: number;
  readonly until: number;
}

const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

/** Undefined for what is no IP packet in one piece with its frame: the kernel will see to it. */
export function readOuter(frame: Uint8Array): Outer | undefined {
  const ip = frame.subarray(ETHERNET_BYTES);
  const type = readU16(frame, ETHERNET_AT.type);
  if (type === ETHERTYPE.ipv4) return readIpv4(ip);
  return type === ETHERTYPE.ipv6 ? readIpv6(ip) : undefined;
}

function readIpv4(ip: Uint8Array): Outer | undefined {
  if (ip.length < IPV4_BYTES || ip[0]! >> 4 !== 4) return undefined;
  const header = (ip[0]! & 0x0f) * 4;
  const length = readU16(ip, 2);
  if (header < IPV4_BYTES || length < header || length > ip.length) return undefined;
  const fragment = readU16(ip, 6);
  const source = new Uint8Array(16).fill(0xff, 10, 12);
  source.set(ip.subarray(12, 16), 12);
  const later = (fragment & FRAGMENT_OFFSET) !== 0;
  return {
    family: 4,
    source,
    ends: ip.subarray(12, 20),
    protocol: ip[9]!,
    congestion: ip[1]! & 3,
    fragment: later ? "later" : (fragment & MORE_FRAGMENTS) !== 0 ? "first" : "none",
    at: ETHERNET_BYTES + header,
    until: ETHERNET_BYTES + length,
  };
}

/** Behind extension headers no tunnel of IPVS is: it sends none. */
function readIpv6(ip: Uint8Array): Outer | undefined {
  if (ip.length < IPV6_BYTES || ip[0]! >> 4 !== 6) return undefined;
  const length = IPV6_BYTES + readU16(ip, 4);
  const source = ip.subarray(8, 24);
  // RFC 4291 section 2.5.5.2: no address of a packet, but the form that tables have IPv4 in.
  if (length > ip.length || isMapped(source)) return undefined;
  return {
    family: 6,
    source,
    ends: ip.subarray(8, 40),
    protocol: ip[6]!,
    congestion: (ip[1]! >> 4) & 3,
    fragment: "none",
    at: ETHERNET_BYTES + IPV6_BYTES,
    until: ETHERNET_BYTES + length,
  };
}
