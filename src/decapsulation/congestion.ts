import { readU16, writeU16 } from "../wire/bytes.ts";
import { adjustChecksum } from "../wire/checksum.ts";
import type { Inner } from "./inner.ts";

/** Congestion notification at the end of a tunnel (xdp/congestion.h; RFC 6040 section 4.2). */
const NOT_ECT = 0;
const ECT_1 = 1;
const CE = 3;

/** The two bits that the packet leaves with; undefined where it is to be dropped. */
export function leavingCongestion(outer: number, inner: number): number | undefined {
  if (inner === NOT_ECT) return outer === CE ? undefined : inner;
  if (outer === CE || (outer === ECT_1 && inner !== CE)) return outer;
  return inner;
}

/** Writes the two bits into the packet at `at`, and what an IPv4 header sums up to. */
export function writeCongestion(
  frame: Uint8Array,
  at: number,
  { family, congestion }: Inner,
  leaving: number,
): void {
  if (leaving === congestion) return;
  const before = readU16(frame, at);
  const shift = family === 4 ? 0 : 4;
  const after = (before & ~(3 << shift)) | (leaving << shift);
  writeU16(frame, at, after);
  if (family === 6) return;
  writeU16(frame, at + 10, adjustChecksum(readU16(frame, at + 10), before, after));
}
