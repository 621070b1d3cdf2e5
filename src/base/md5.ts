/**
 * MD5 (RFC 1321): what a page's digest in keepalived.conf is made by. It tells a page from another
 * one; it protects nothing.
 */

/** Digest of 16 bytes. */
export function md5(message: Uint8Array): Uint8Array {
  const padded = pad(message);
  const view = new DataView(padded.buffer);
  // RFC 1321 section 3.3.
  const state = Uint32Array.of(0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476);
  for (let block = 0; block < padded.length; block += BLOCK_BYTES) mix(state, view, block);
  const digest = new DataView(new ArrayBuffer(16));
  for (const [index, word] of state.entries()) digest.setUint32(4 * index, word, true);
  return new Uint8Array(digest.buffer);
}

const BLOCK_BYTES = 64;
/** The last 8 bytes of the last block: the length in bits (section 3.2). */
const LENGTH_BYTES = 8;

/** Section 3.4: T[i] is the whole part of 2^32 * |sin(i)|, i from 1, in radians. */
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32);
/** Left turns of each round, four steps in a row. */
const TURNS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
/** Which word of the block a step takes: the first one of a round, and how far to the next. */
const FIRST_WORD = [0, 1, 5, 0] as const;
const NEXT_WORD = [1, 5, 3, 7] as const;

function pad(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.floor((message.length + LENGTH_BYTES) / BLOCK_BYTES) + 1;
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  padded[message.length] = 0x80;
  const bits = new DataView(padded.buffer, padded.length - LENGTH_BYTES);
  bits.setBigUint64(0, BigInt(message.length) * 8n, true);
  return padded;
}

function mix(state: Uint32Array, view: DataView, block: number): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let step = 0; step < 64; step++) {
    const round = step >>> 4;
    const word = (FIRST_WORD[round]! + NEXT_WORD[round]! * (step & 15)) & 15;
    const sum = a + choose(round, b, c, d) + SINES[step]! + view.getUint32(block + 4 * word, true);
    const turn = TURNS[round]![step & 3]!;
    const turned = (sum << turn) | ((sum >>> 0) >>> (32 - turn));
    [a, b, c, d] = [d, (b + turned) >>> 0, b, c];
  }
  for (const [index, word] of [a, b, c, d].entries()) state[index] = state[index]! + word;
}

/** F, G, H and I of section 3.4. */
function choose(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  if (round === 2) return b ^ c ^ d;
  return c ^ (b | ~d);
}
