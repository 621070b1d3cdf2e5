/**
 * Hands out the free indices of a table. A returned index rests until `now` has passed its grace,
 * because a packet that is on its way may still hold it.
 */
export class IndexAllocator {
  readonly #limit: number;
  readonly #graceTime: bigint;
  readonly #free: number[] = [];
  readonly #resting: { index: number; until: bigint }[] = [];
  #next = 0;

  /** `graceTime` in ns. */
  constructor(limit: number, graceTime: bigint) {
    this.#limit = limit;
    this.#graceTime = graceTime;
  }

  /** Undefined when the table is full. */
  take(now: bigint): number | undefined {
    while (this.#resting.length > 0 && this.#resting[0]!.until <= now) {
      this.#free.push(this.#resting.shift()!.index);
    }
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return this.#next < this.#limit ? this.#next++ : undefined;
  }

  give(index: number, now: bigint): void {
    this.#resting.push({ index, until: now + this.#graceTime });
  }

  /** Takes note of an index that an earlier daemon handed out. */
  claim(index: number): void {
    while (this.#next < index) this.#free.push(this.#next++);
    if (index === this.#next) this.#next++;
    else this.#free.splice(this.#free.indexOf(index), 1);
  }
}
