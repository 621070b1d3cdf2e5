import type { Tuple, Words } from "./tuple.ts";

/** What dh, sh and mh make of addresses and ports before they hash them (xdp/hash32.h). */

/** hash_32() of <linux/hash.h>: the highest bits of a product with the golden ratio. */
export function hash32(value: number, bits: number): number {
  return Math.imul(value, 0x61c8_8647) >>> (32 - bits);
}

/** The address in 32 bits, host byte order: of IPv6 its words, one over the other. */
export function foldAddress(family: Tuple["family"], words: Words): number {
  return swap32(family === 4 ? words[3] : words[0] ^ words[1] ^ words[2] ^ words[3]);
}

function swap32(word: number): number {
  return ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0;
}
