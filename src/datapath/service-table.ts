import { SERVICE_PROBES, SLOT_REMOVED, SLOT_USED, serviceKey, serviceValue } from "./layout.ts";

/** The lookup of services: bytes of a serviceKey to bytes of a serviceValue. */
export interface ServiceKeys {
  get(key: Uint8Array): Uint8Array | undefined;
  /** False when there is no room for the key. */
  set(key: Uint8Array, value: Uint8Array): boolean;
  delete(key: Uint8Array): void;
  keys(): Iterable<Uint8Array>;
}

/**
 * The table that the service lookup asks (xdp/service.h): a hash with linear probing over an array
 * that both sides see. A BPF hash would do the same at a tenth of the speed, and a system call a
 * write.
 *
 * A slot is 32 bytes: the key, then the value as one word, whose store makes the slot appear or go.
 */
const SLOT_BYTES = serviceKey.size + serviceValue.size;
const VALUE_WORD = serviceKey.size / 8;
const SLOT_WORDS = SLOT_BYTES / 8;

const MASK_64 = 0xffff_ffff_ffff_ffffn;
const FLAGS_SHIFT = 48n;

export class ServiceTable implements ServiceKeys {
  readonly #words: BigUint64Array;
  readonly #keys: Uint32Array;
  readonly #slots: number;

  /** `keys`: the tables' secrets. */
  constructor(buffer: ArrayBuffer, slots: number, keys: Uint32Array) {
    this.#words = new BigUint64Array(buffer, 0, slots * SLOT_WORDS);
    this.#slots = slots;
    this.#keys = keys;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const slot = this.#find(key);
    return slot === undefined ? undefined : bytesOf(this.#value(slot) & ~usedBits(SLOT_USED));
  }

  /** False when no slot that the lookup would reach is free. */
  set(key: Uint8Array, value: Uint8Array): boolean {
    const word = wordsOf(value)[0]! | usedBits(SLOT_USED);
    const slot = this.#find(key) ?? this.#free(key);
    if (slot === undefined) return false;
    if (!this.#isUsed(slot)) this.#words.set(wordsOf(key), slot * SLOT_WORDS);
    this.#words[slot * SLOT_WORDS + VALUE_WORD] = word;
    return true;
  }

  /**
   * A slot that others were probed past must stay in their way; at the end of a run none is needed.
   */
  delete(key: Uint8Array): void {
    const found = this.#find(key);
    if (found === undefined) return;
    this.#setValue(found, usedBits(SLOT_REMOVED));
    let slot = found;
    while (this.#value(this.#next(slot)) === 0n && this.#value(slot) === usedBits(SLOT_REMOVED)) {
      this.#setValue(slot, 0n);
      slot = (slot + this.#slots - 1) % this.#slots;
    }
  }

  *keys(): Iterable<Uint8Array> {
    for (let slot = 0; slot < this.#slots; slot++) {
      if (!this.#isUsed(slot)) continue;
      const at = slot * SLOT_WORDS;
      yield new Uint8Array(this.#words.slice(at, at + VALUE_WORD).buffer);
    }
  }

  #find(key: Uint8Array): number | undefined {
    const words = wordsOf(key);
    let slot = this.#home(key);
    for (let i = 0; i < SERVICE_PROBES; i++, slot = this.#next(slot)) {
      if (this.#value(slot) === 0n) return undefined;
      const at = slot * SLOT_WORDS;
      if (this.#isUsed(slot) && words.every((word, j) => this.#words[at + j] === word)) return slot;
    }
    return undefined;
  }

  #free(key: Uint8Array): number | undefined {
    let slot = this.#home(key);
    for (let i = 0; i < SERVICE_PROBES; i++, slot = this.#next(slot)) {
      if (!this.#isUsed(slot)) return slot;
    }
    return undefined;
  }

  /** NH over the key's six 32-bit words, then the finaliser, as connections are hashed. */
  #home(key: Uint8Array): number {
    const view = new DataView(key.buffer, key.byteOffset);
    const term = (i: number) => BigInt((view.getUint32(4 * i, true) + this.#keys[4 + i]!) >>> 0);
    let h = (term(0) * term(1) + term(2) * term(3) + term(4) * term(5)) & MASK_64;
    h ^= h >> 33n;
    h = (h * 0xff51afd7ed558ccdn) & MASK_64;
    return Number(((h >> 32n) * BigInt(this.#slots)) >> 32n);
  }

  #next(slot: number): number {
    return slot + 1 === this.#slots ? 0 : slot + 1;
  }

  #value(slot: number): bigint {
    return this.#words[slot * SLOT_WORDS + VALUE_WORD]!;
  }

  #setValue(slot: number, value: bigint): void {
    this.#words[slot * SLOT_WORDS + VALUE_WORD] = value;
  }

  #isUsed(slot: number): boolean {
    return (this.#value(slot) & usedBits(SLOT_USED)) !== 0n;
  }
}

function usedBits(flag: number): bigint {
  return BigInt(flag) << FLAGS_SHIFT;
}

function wordsOf(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(bytes.slice().buffer);
}

function bytesOf(word: bigint): Uint8Array {
  return new Uint8Array(BigUint64Array.of(word).buffer);
}
