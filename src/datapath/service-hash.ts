const WORD = 2 ** 32;
/** The two halves of the first constant of MurmurHash3's 64-bit finaliser. */
const MIX_HIGH = 0xff51afd7;
const MIX_LOW = 0xed558ccd;
/** Where the secrets of this hash begin among those of the tables. */
const FIRST_SECRET = 4;

/**
 * The slot at which the search for a key begins, as service_home() of xdp/service.h: NH (Black et
 * al., UMAC, 1999) over the key's six 32-bit words, then half of a finaliser, as connections are
 * hashed. 64-bit numbers are two halves here, because those of JavaScript are objects.
 */
export function serviceHome(key: Uint32Array, secrets: Uint32Array, slots: number): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < key.length; i += 2) {
    const one = (key[i]! + secrets[FIRST_SECRET + i]!) >>> 0;
    const other = (key[i + 1]! + secrets[FIRST_SECRET + i + 1]!) >>> 0;
    low += Math.imul(one, other) >>> 0;
    high += highHalf(one, other);
  }
  high = (high + Math.floor(low / WORD)) >>> 0;
  low = (low ^ (high >>> 1)) >>> 0;
  const mixed = highHalf(low, MIX_LOW) + Math.imul(low, MIX_HIGH) + Math.imul(high, MIX_LOW);
  return highHalf(mixed >>> 0, slots);
}

/** The upper 32 bits of the product of two unsigned 32-bit numbers. */
function highHalf(one: number, other: number): number {
  const oneHigh = one >>> 16;
  const oneLow = one & 0xffff;
  const otherHigh = other >>> 16;
  const otherLow = other & 0xffff;
  const middle = oneHigh * otherLow;
  const across = oneLow * otherHigh;
  const carried = ((oneLow * otherLow) >>> 16) + (middle & 0xffff) + (across & 0xffff);
  return oneHigh * otherHigh + (middle >>> 16) + (across >>> 16) + (carried >>> 16);
}
