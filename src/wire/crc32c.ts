/** Castagnoli's polynomial with its bits reversed (RFC 9260 appendix A). */
const POLYNOMIAL = 0x82f6_3b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  }
  return remainder;
});

/** The CRC of parts that lie behind one another, as an unsigned number of 32 bits. */
export function crc32c(...parts: readonly Uint8Array[]): number {
  let remainder = 0xffff_ffff;
  for (const part of parts) {
    for (const byte of part) remainder = (remainder >>> 8) ^ TABLE[(remainder ^ byte) & 0xff]!;
  }
  return ~remainder >>> 0;
}
