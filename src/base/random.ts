import { assert } from "./assert.ts";

/**
 * Seeded random numbers, the same for a seed on every machine: what a simulation or a parity run
 * did can be done again. Not for secrets.
 *
 * The generator is sfc32 of Chris Doty-Humphrey's PractRand: 128 bits of state, a period of at
 * least 2^32 from every seed.
 */
export class Random {
  #a = 0;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    assert(Number.isSafeInteger(seed) && seed >= 0, "a seed from 0 to 2^53 - 1", seed);
    this.#b = seed >>> 0;
    this.#c = Math.floor(seed / 2 ** 32);
    // The first outputs of similar seeds resemble each other, until the state is well stirred.
    for (let round = 0; round < 15; round++) this.u32();
  }

  /** From 0 to 2^32 - 1. */
  u32(): number {
    const result = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = (this.#b ^ (this.#b >>> 9)) >>> 0;
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) >>> 0;
    return result;
  }

  /** From 0 up to but not including `max`, all equally likely; `max` is at most 2^32. */
  integer(max: number): number {
    assert(Number.isInteger(max) && max > 0 && max <= 2 ** 32, "a limit from 1 to 2^32", max);
    // Numbers beyond the last whole multiple of max would favour the small results.
    const fair = 2 ** 32 - (2 ** 32 % max);
    let drawn = this.u32();
    while (drawn >= fair) drawn = this.u32();
    return drawn % max;
  }

  /** One of the list, all equally likely. */
  pick<T>(list: readonly T[]): T {
    assert(list.length > 0, "a list to pick from");
    return list[this.integer(list.length)] as T;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.u32() >>> 24);
  }

  /** True with a probability from 0 (never) to 1 (always). */
  chance(probability: number): boolean {
    return this.u32() < probability * 2 ** 32;
  }
}
