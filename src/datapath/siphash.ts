/**
 * hsiphash_1u32() of the kernel's lib/siphash.c on 64-bit CPUs: SipHash-1-3 (Aumasson and
 * Bernstein, 2012) of one 32-bit number, cut to 32 bits; xdp/siphash.h. `key` is both halves of the
 * key.
 */
export function hsiphash(value: number, key: bigint): number {
  const length = BigInt(value >>> 0) | (4n << 56n);
  const state: State = [
    0x736f_6d65_7073_6575n ^ key,
    0x646f_7261_6e64_6f6dn ^ key,
    0x6c79_6765_6e65_7261n ^ key,
    0x7465_6462_7974_6573n ^ key ^ length,
  ];
  round(state);
  state[0] ^= length;
  state[2] ^= 0xffn;
  for (let i = 0; i < 3; i++) round(state);
  return Number((state[0] ^ state[1] ^ state[2] ^ state[3]) & 0xffff_ffffn);
}

type State = [bigint, bigint, bigint, bigint];

function round(v: State): void {
  v[0] = add(v[0], v[1]);
  v[1] = rotate(v[1], 13n) ^ v[0];
  v[0] = rotate(v[0], 32n);
  v[2] = add(v[2], v[3]);
  v[3] = rotate(v[3], 16n) ^ v[2];
  v[0] = add(v[0], v[3]);
  v[3] = rotate(v[3], 21n) ^ v[0];
  v[2] = add(v[2], v[1]);
  v[1] = rotate(v[1], 17n) ^ v[2];
  v[2] = rotate(v[2], 32n);
}

function add(a: bigint, b: bigint): bigint {
  return (a + b) & 0xffff_ffff_ffff_ffffn;
}

function rotate(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & 0xffff_ffff_ffff_ffffn;
}
