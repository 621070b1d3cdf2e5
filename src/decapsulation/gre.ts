import { readU16 } from "../wire/bytes.ts";
import { checksumHolds } from "../wire/checksum.ts";
import { ETHERTYPE, PROTOCOL } from "../wire/protocol.ts";
import type { Outer } from "./outer.ts";
import type { Reason } from "./reason.ts";
import type { Tunnel } from "./tunnel.ts";

const GRE_BYTES = 4;
const SUMMED_BYTES = 8;
const CHECKSUM_PRESENT = 0x8000;

/** GRE as IPVS sends it (xdp/gre.h; RFC 2784): version 0, perhaps a checksum, nothing else. */
export function readGre(frame: Uint8Array, { at, until }: Outer): Tunnel | Reason {
  if (until - at < GRE_BYTES) return "malformed";
  const flags = readU16(frame, at);
  if ((flags & ~CHECKSUM_PRESENT) !== 0) return "unsupported";
  const type = readU16(frame, at + 2);
  if (type !== ETHERTYPE.ipv4 && type !== ETHERTYPE.ipv6) return "unsupported";
  const header = flags === 0 ? GRE_BYTES : SUMMED_BYTES;
  if (until - at < header) return "malformed";
  if (flags !== 0 && !checksumHolds(frame.subarray(at, until))) return "bad-checksum";
  const protocol = type === ETHERTYPE.ipv4 ? PROTOCOL.ipip : PROTOCOL.ipv6;
  return { protocol, at: at + header, until };
}
