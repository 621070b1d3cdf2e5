import { assert } from "../base/assert.ts";
import { failure, type Result, success } from "../base/fault.ts";
import { concat, readU16, truncated, writeU16 } from "./bytes.ts";
import { protocolName } from "./protocol.ts";

/** Generic UDP encapsulation, version 0 (draft-ietf-intarea-gue section 3; Linux <net/gue.h>). */
export interface Gue {
  /** Whether the payload is a control message, and `protocol` its type. */
  readonly control: boolean;
  /** Protocol number of the payload: 4 for IPv4, 41 for IPv6. */
  readonly protocol: number;
  readonly flags: number;
  /** The fields that the flags announce, as they are; a multiple of 4 bytes, at most 124. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

export const GUE_BYTES = 4;
const CONTROL = 0x20;
const OPTION_WORDS = 0x1f;

/** Faults: TRUNCATED, BAD_VERSION. */
export function decodeGue(bytes: Uint8Array): Result<Gue> {
  if (bytes.length < GUE_BYTES) return truncated("GUE", GUE_BYTES, bytes.length);
  const first = bytes[0]!;
  if (first >> 6 !== 0) return failure("BAD_VERSION", `GUE header says version ${first >> 6}`);
  const headerBytes = GUE_BYTES + (first & OPTION_WORDS) * 4;
  if (bytes.length < headerBytes) return truncated("GUE options", headerBytes, bytes.length);
  return success({
    control: (first & CONTROL) !== 0,
    protocol: bytes[1]!,
    flags: readU16(bytes, 2),
    options: bytes.slice(GUE_BYTES, headerBytes),
    payload: bytes.subarray(headerBytes),
  });
}

export function encodeGue(gue: Gue): Uint8Array {
  const words = gue.options.length / 4;
  assert(Number.isInteger(words) && words <= OPTION_WORDS, "GUE options", gue.options.length);
  const header = new Uint8Array(GUE_BYTES);
  header[0] = (gue.control ? CONTROL : 0) | words;
  header[1] = gue.protocol;
  writeU16(header, 2, gue.flags);
  return concat(header, gue.options, gue.payload);
}

/** "gue ipip length 60". */
export function describeGue(gue: Gue): string {
  const what = gue.control ? `control ${gue.protocol}` : protocolName(gue.protocol);
  return `gue ${what} length ${gue.payload.length}`;
}
