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
    this.#wake(now);
    const free = this.#free.pop();
    if (free !== undefined) return free;
    return this.#next < this.#limit ? this.#next++ : undefined;
  }

  give(index: number, now: bigint): void {
    this.#resting.push({ index, until: now + this.#graceTime });
  }

  /** In one cut: to shift a long array moves all of it. */
  #wake(now: bigint): void {
    let rested = 0;
    while (rested < this.#resting.length && this.#resting[rested]!.until <= now) rested++;
    if (rested === 0) return;
    for (const { index } of this.#resting.splice(0, rested)) this.#free.push(index);
  }

  /** Takes note of an index that an earlier daemon handed out. */
  claim(index: number): void {
    while (this.#next < index) this.#free.push(this.#next++);
    if (index === this.#next) this.#next++;
    else this.#free.splice(this.#free.indexOf(index), 1);
  }
}
