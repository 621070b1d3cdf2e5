import { assert } from "../base/assert.ts";
import { readU16 } from "./bytes.ts";

/**
 * The Internet checksum. A "sum" is not yet complemented and may exceed 16 bits, so that sums of
 * parts (a pseudo header, a segment) add up; a "checksum" is what the packet carries.
 */

/**
 * The sum of the 16-bit words, network byte order, an odd last byte padded with zero (RFC 1071).
 * Only the last part of a sum may have an odd length.
 */
export function sum(bytes: Uint8Array, initial = 0): number {
  let total = initial;
  const even = bytes.length & ~1;
  for (let at = 0; at < even; at += 2) total += readU16(bytes, at);
  if (even < bytes.length) total += bytes[even]! << 8;
  return total;
}

/** A sum reduced to 16 bits by adding its carries back in. */
export function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded % 0x1_0000) + Math.floor(folded / 0x1_0000);
  return folded;
}

/** The checksum of bytes whose own checksum field is zero. */
export function checksum(bytes: Uint8Array, initial = 0): number {
  return ~fold(sum(bytes, initial)) & 0xffff;
}

/** Whether bytes that carry their checksum are undamaged: the sum over them is all ones. */
export function checksumHolds(bytes: Uint8Array, initial = 0): boolean {
  return fold(sum(bytes, initial)) === 0xffff;
}

/**
 * The sum of the pseudo header: RFC 9293 section 3.1 for IPv4, RFC 8200 section 8.1 for IPv6. The
 * words lie differently in the two, but they are the same words, so one sum serves both.
 */
export function pseudoHeaderSum(
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): number {
  assert(source.length === destination.length, "addresses of one family", source, destination);
  return sum(source) + sum(destination) + protocol + (length >>> 16) + (length & 0xffff);
}

/** The checksum after one of the words it covers has changed (RFC 1624 equation 3). */
export function adjustChecksum(check: number, oldWord: number, newWord: number): number {
  return ~fold((~check & 0xffff) + (~oldWord & 0xffff) + newWord) & 0xffff;
}

/** The same for a field of several words, such as an address; old and new lie at an even offset. */
export function adjustChecksumBytes(
  check: number,
  oldBytes: Uint8Array,
  newBytes: Uint8Array,
): number {
  assert(oldBytes.length === newBytes.length, "fields of one length", oldBytes, newBytes);
  assert(oldBytes.length % 2 === 0, "a field of whole words", oldBytes.length);
  let adjusted = check;
  for (let at = 0; at < oldBytes.length; at += 2) {
    adjusted = adjustChecksum(adjusted, readU16(oldBytes, at), readU16(newBytes, at));
  }
  return adjusted;
}
