import { readU16 } from "../wire/bytes.ts";
import { checksumHolds, sum } from "../wire/checksum.ts";
import { PROTOCOL } from "../wire/protocol.ts";
import type { Outer } from "./outer.ts";
import type { Reason } from "./reason.ts";
import type { Tunnel } from "./tunnel.ts";

const UDP_BYTES = 8;
const GUE_BYTES = 4;
/** The shortest header of a packet inside. */
const IP_BYTES = 20;
const VERSION = 0xc0;
const CONTROL = 0x20;
const OPTION_WORDS = 0x1f;
/** GUE_FLAG_PRIV of <net/gue.h>: options begin with a word of private flags. */
const PRIVATE = 0x0001;
/** GUE_PFLAG_REMCSUM, the upper half of that word: two numbers of 16 bits follow it. */
const REMOTE_CHECKSUM = 0x8000;

/**
 * GUE as IPVS sends it (xdp/gue.h; draft-ietf-intarea-gue section 3, variant 0; the option of
 * remote checksum offload as gue_udp_recv() of net/ipv4/fou_core.c reads it).
 */
export function readGue(frame: Uint8Array, outer: Outer): Tunnel | Reason {
  const length = readU16(frame, outer.at + 4);
  if (length < UDP_BYTES + GUE_BYTES || length > outer.until - outer.at) return "malformed";
  const until = outer.at + length;
  const datagram = frame.subarray(outer.at, until);
  // RFC 768 and RFC 6935: zero is no checksum, for a tunnel also over IPv6.
  if (readU16(datagram, 6) !== 0 && !checksumHolds(datagram, pseudoSum(outer, length))) {
    return "bad-checksum";
  }
  const at = outer.at + UDP_BYTES;
  const first = frame[at]!;
  const protocol = frame[at + 1]!;
  const flags = readU16(frame, at + 2);
  if ((first & (VERSION | CONTROL)) !== 0 || (flags & ~PRIVATE) !== 0) return "unsupported";
  if (protocol !== PROTOCOL.ipip && protocol !== PROTOCOL.ipv6) return "unsupported";
  const inner = at + GUE_BYTES + (first & OPTION_WORDS) * 4;
  if (inner > until) return "malformed";
  const tunnel = { protocol, at: inner, until };
  return flags === 0 ? tunnel : readPrivate(frame, at + GUE_BYTES, tunnel);
}

function readPrivate(frame: Uint8Array, at: number, tunnel: Tunnel): Tunnel | Reason {
  if (at + 4 > tunnel.at) return "malformed";
  const flags = readU16(frame, at);
  if ((flags & ~REMOTE_CHECKSUM) !== 0 || readU16(frame, at + 2) !== 0) return "unsupported";
  if (flags === 0) return tunnel;
  if (at + 8 > tunnel.at) return "malformed";
  const remote = { start: readU16(frame, at + 4), offset: readU16(frame, at + 6) };
  // The checksum lies in what it covers, and both in the packet (skb_remcsum_process()), behind its
  // IP header.
  const length = tunnel.until - tunnel.at;
  if (remote.start < IP_BYTES || remote.start > remote.offset) return "malformed";
  if (remote.offset + 2 > length) return "malformed";
  return { ...tunnel, remote };
}

function pseudoSum({ ends }: Outer, length: number): number {
  return sum(ends) + PROTOCOL.udp + length;
}
