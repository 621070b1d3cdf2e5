import { isMapped } from "../wire/address.ts";
import { readU16 } from "../wire/bytes.ts";
import { PROTOCOL } from "../wire/protocol.ts";
import type { Tunnel } from "./tunnel.ts";

/** The packet inside a tunnel (xdp/inner.h). Its own checksums are the kernel's to verify. */
export interface Inner {
  readonly family: 4 | 6;
  /** 16 bytes, IPv4 in its mapped form. */
  readonly destination: Uint8Array;
  /** ECN field, RFC 3168: two bits. */
  readonly congestion: number;
}

/** Undefined for what is no whole IP packet of the family that the tunnel says. */
export function readInner(frame: Uint8Array, { protocol, at, until }: Tunnel): Inner | undefined {
  const ip = frame.subarray(at, until);
  return protocol === PROTOCOL.ipip ? readIpv4(ip) : readIpv6(ip);
}

function readIpv4(ip: Uint8Array): Inner | undefined {
  if (ip.length < 20 || ip[0]! >> 4 !== 4) return undefined;
  const header = (ip[0]! & 0x0f) * 4;
  const length = readU16(ip, 2);
  if (header < 20 || length < header || length > ip.length) return undefined;
  const destination = new Uint8Array(16).fill(0xff, 10, 12);
  destination.set(ip.subarray(16, 20), 12);
  return { family: 4, destination, congestion: ip[1]! & 3 };
}

function readIpv6(ip: Uint8Array): Inner | undefined {
  if (ip.length < 40 || ip[0]! >> 4 !== 6) return undefined;
  const destination = ip.subarray(24, 40);
  if (40 + readU16(ip, 4) > ip.length || isMapped(destination)) return undefined;
  return { family: 6, destination, congestion: (ip[1]! >> 4) & 3 };
}
