import { BUCKET_WORDS, COLLIDES, FRESH, WORD_FLAGS_SHIFT, WORD_STATE_SHIFT } from "./constants.ts";
import type { View } from "./tables.ts";
import { clientPort, type Tuple, virtualPort, wordBytes } from "./tuple.ts";

/**
 * Stage 4, connection: the table of hot words and cold records (xdp/connection.h).
 *
 * In the program every change of a word is one compare-and-swap; here one thread does all.
 */

/** Where a flow may live: two buckets, and the tag that tells it from the others there. */
export interface Place {
  readonly tag: number;
  readonly first: number;
  readonly second: number;
}

const MASK_32 = 0xffff_ffffn;
const MASK_64 = 0xffff_ffff_ffff_ffffn;

/** MurmurHash3's 64-bit finaliser. */
function finish(hash: bigint): bigint {
  let h = hash;
  h ^= h >> 33n;
  h = (h * 0xff51afd7ed558ccdn) & MASK_64;
  h ^= h >> 33n;
  h = (h * 0xc4ceb9fe1a85ec53n) & MASK_64;
  return h ^ (h >> 33n);
}

/** The words of a tuple that make it, in the order in which they are hashed: an even number. */
function hashedWords({ family, client, virtual, ports, protocol, kind }: Tuple): number[] {
  const addresses = family === 4 ? [client[3], virtual[3]] : [...client, ...virtual];
  return [...addresses, ports, (protocol | (kind << 8) | (family << 16)) >>> 0];
}

/** NH (Black et al., UMAC, 1999) over 32-bit words, keyed with the tables' secrets. */
function hash(tuple: Tuple, keys: Uint32Array): bigint {
  const words = hashedWords(tuple);
  const term = (i: number) => BigInt((words[i]! + keys[i]!) >>> 0);
  let sum = 0n;
  for (let i = 0; i < words.length; i += 2) sum += term(i) * term(i + 1);
  return finish(sum & MASK_64);
}

export function connectionPlace(view: View, tuple: Tuple): Place {
  const h = hash(tuple, view.tables.hashKeys);
  const high = h >> 32n;
  const low = h & MASK_32;
  const buckets = BigInt(view.tables.dimensions.buckets);
  const first = (high * buckets) >> 32n;
  // The second is never the first: a step of 1 .. buckets - 1 from there.
  const spread = high ^ ((low * 0x9e3779b1n) & MASK_32);
  const second = first + 1n + ((spread * (buckets - 1n)) >> 32n);
  return {
    tag: low === 0n ? 1 : Number(low),
    first: Number(first),
    second: Number(second >= buckets ? second - buckets : second),
  };
}

/** The indices of a pair's words, in the order in which they are looked at. */
export function* pairIndices(place: Place): Generator<number> {
  for (const bucket of [place.first, place.second]) {
    for (let i = 0; i < BUCKET_WORDS; i++) yield bucket * BUCKET_WORDS + i;
  }
}

export function wordServer(view: View, index: number): number {
  return view.words[2 * index]! & 0xffff;
}

export function wordState(view: View, index: number): number {
  return (view.words[2 * index]! >>> WORD_STATE_SHIFT) & 0xff;
}

export function wordFlags(view: View, index: number): number {
  return view.words[2 * index]! >>> WORD_FLAGS_SHIFT;
}

export function wordTag(view: View, index: number): number {
  return view.words[2 * index + 1]!;
}

export function wordIsUsed(view: View, index: number): boolean {
  return wordTag(view, index) !== 0;
}

export function setWord(
  view: View,
  index: number,
  word: { tag: number; server: number; state: number; flags: number },
): void {
  view.words[2 * index] =
    ((word.flags << WORD_FLAGS_SHIFT) | (word.state << WORD_STATE_SHIFT) | word.server) >>> 0;
  view.words[2 * index + 1] = word.tag;
}

export function setWordFlags(view: View, index: number, flags: number): void {
  const rest = view.words[2 * index]! & ((1 << WORD_FLAGS_SHIFT) - 1);
  view.words[2 * index] = (rest | (flags << WORD_FLAGS_SHIFT)) >>> 0;
}

export function clearWord(view: View, index: number): void {
  view.words[2 * index] = 0;
  view.words[2 * index + 1] = 0;
}

/** Whether the cold record is this very tuple's. A fresh one cannot tell yet: its tag must do. */
export function connectionIs(view: View, tuple: Tuple, index: number): boolean {
  if (wordFlags(view, index) & FRESH) return true;
  if (view.cold.get(index, "client_port") !== clientPort(tuple)) return false;
  if (view.cold.get(index, "virtual_port") !== virtualPort(tuple)) return false;
  if (!sameBytes(view.cold.bytes(index, "client"), wordBytes(tuple.client))) return false;
  const vip = view.cold.get(index, "vip");
  return (
    view.vips.get(vip, "protocol") === tuple.protocol &&
    view.vips.get(vip, "kind") === tuple.kind &&
    sameBytes(view.vips.bytes(vip, "address"), wordBytes(tuple.virtual))
  );
}

/** A flow's entry, if it has one, and how many others of its tag were met on the way to it. */
export interface Found {
  readonly index?: number;
  readonly collisions: number;
}

/**
 * Two flows with one tag in one pair of buckets: their words carry COLLIDES, and then only the cold
 * record tells whose is whose. Also the way of every SYN, which must not be taken for another
 * flow's.
 */
export function findConnectionExact(view: View, tuple: Tuple, place: Place): Found {
  let collisions = 0;
  for (const index of pairIndices(place)) {
    if (wordTag(view, index) !== place.tag) continue;
    if (connectionIs(view, tuple, index)) return { index, collisions };
    collisions++;
  }
  return { collisions };
}

export function findConnection(view: View, tuple: Tuple, place: Place): Found {
  for (const index of pairIndices(place)) {
    if (wordTag(view, index) !== place.tag) continue;
    if ((wordFlags(view, index) & COLLIDES) === 0) return { index, collisions: 0 };
    return findConnectionExact(view, tuple, place);
  }
  return { collisions: 0 };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
