import { SERVICE_PROBES, SLOT_REMOVED, SLOT_USED } from "./constants.ts";
import { serviceKey, serviceValue } from "./layout.ts";
import { serviceHome } from "./service-hash.ts";

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
 * A slot is 32 bytes: the key, then the value as one word of 64 bits, whose store makes the slot
 * appear or go. Keys are read and written as words of 32 bits, which JavaScript has as plain
 * numbers: a batch of ten thousand services writes twenty thousand slots.
 */
const SLOT_BYTES = serviceKey.size + serviceValue.size;
const SLOT_WORDS = SLOT_BYTES / 4;
const KEY_WORDS = serviceKey.size / 4;
/** Of the value's upper 32 bits, where its flags are the upper half. */
const FLAGS_WORD = KEY_WORDS + 1;
const FLAGS_SHIFT = 16;

export class ServiceTable implements ServiceKeys {
  readonly #words: Uint32Array;
  readonly #values: BigUint64Array;
  readonly #secrets: Uint32Array;
  readonly #slots: number;
  /** The key at hand and the value at hand, as words. */
  readonly #key = new Uint32Array(KEY_WORDS);
  readonly #keyBytes = new Uint8Array(this.#key.buffer);
  readonly #value = new BigUint64Array(1);
  readonly #valueBytes = new Uint8Array(this.#value.buffer);
  readonly #valueWords = new Uint32Array(this.#value.buffer);

  /** `secrets`: the tables' hash keys. */
  constructor(buffer: ArrayBuffer, slots: number, secrets: Uint32Array) {
    this.#words = new Uint32Array(buffer, 0, slots * SLOT_WORDS);
    this.#values = new BigUint64Array(buffer, 0, (slots * SLOT_WORDS) / 2);
    this.#slots = slots;
    this.#secrets = secrets;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const slot = this.#find(key);
    if (slot === undefined) return undefined;
    const words = this.#words.slice(slot * SLOT_WORDS + KEY_WORDS, (slot + 1) * SLOT_WORDS);
    words[1] = words[1]! & ~usedBits(SLOT_USED);
    return new Uint8Array(words.buffer);
  }

  /** False when no slot that the lookup would reach is free. */
  set(key: Uint8Array, value: Uint8Array): boolean {
    const slot = this.#find(key) ?? this.#free();
    if (slot === undefined) return false;
    if (!this.#isUsed(slot)) this.#words.set(this.#key, slot * SLOT_WORDS);
    this.#valueBytes.set(value);
    this.#valueWords[1] = this.#valueWords[1]! | usedBits(SLOT_USED);
    this.#store(slot);
    return true;
  }

  /**
   * A slot that others were probed past must stay in their way; at the end of a run none is needed.
   */
  delete(key: Uint8Array): void {
    const found = this.#find(key);
    if (found === undefined) return;
    this.#mark(found, usedBits(SLOT_REMOVED));
    let slot = found;
    while (this.#isEmpty(this.#next(slot)) && this.#isRemoved(slot)) {
      this.#mark(slot, 0);
      slot = (slot + this.#slots - 1) % this.#slots;
    }
  }

  *keys(): Iterable<Uint8Array> {
    for (let slot = 0; slot < this.#slots; slot++) {
      if (!this.#isUsed(slot)) continue;
      const at = slot * SLOT_WORDS;
      yield new Uint8Array(this.#words.slice(at, at + KEY_WORDS).buffer);
    }
  }

  /** The slot of a key, which is the one at hand from now on. */
  #find(key: Uint8Array): number | undefined {
    this.#keyBytes.set(key);
    let slot = this.#home();
    for (let i = 0; i < SERVICE_PROBES; i++, slot = this.#next(slot)) {
      if (this.#isEmpty(slot)) return undefined;
      if (this.#isUsed(slot) && this.#holdsKey(slot)) return slot;
    }
    return undefined;
  }

  /** The first free slot for the key at hand. */
  #free(): number | undefined {
    let slot = this.#home();
    for (let i = 0; i < SERVICE_PROBES; i++, slot = this.#next(slot)) {
      if (!this.#isUsed(slot)) return slot;
    }
    return undefined;
  }

  #holdsKey(slot: number): boolean {
    const at = slot * SLOT_WORDS;
    for (let i = 0; i < KEY_WORDS; i++) if (this.#words[at + i] !== this.#key[i]) return false;
    return true;
  }

  #home(): number {
    return serviceHome(this.#key, this.#secrets, this.#slots);
  }

  #next(slot: number): number {
    return slot + 1 === this.#slots ? 0 : slot + 1;
  }

  #isEmpty(slot: number): boolean {
    const at = slot * SLOT_WORDS;
    return this.#words[at + KEY_WORDS] === 0 && this.#words[at + FLAGS_WORD] === 0;
  }

  #isUsed(slot: number): boolean {
    return (this.#words[slot * SLOT_WORDS + FLAGS_WORD]! & usedBits(SLOT_USED)) !== 0;
  }

  #isRemoved(slot: number): boolean {
    const at = slot * SLOT_WORDS;
    const removed = usedBits(SLOT_REMOVED);
    return this.#words[at + KEY_WORDS] === 0 && this.#words[at + FLAGS_WORD] === removed;
  }

  #mark(slot: number, flags: number): void {
    this.#valueWords[0] = 0;
    this.#valueWords[1] = flags;
    this.#store(slot);
  }

  /** The value at hand, in one store. */
  #store(slot: number): void {
    this.#values[((slot + 1) * SLOT_WORDS) / 2 - 1] = this.#value[0]!;
  }
}

function usedBits(flag: number): number {
  return flag << FLAGS_SHIFT;
}
