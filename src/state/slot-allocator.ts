/** A run of consecutive slots. */
export interface Run {
  readonly start: number;
  readonly slots: number;
}

/**
 * Hands out runs of slots, in sizes of powers of two so that a run that comes back fits the next
 * one that is asked for. Returned runs rest as single indices do.
 */
export class SlotAllocator {
  readonly #limit: number;
  readonly #graceTime: bigint;
  readonly #bySize = new Map<number, { run: Run; until: bigint }[]>();
  #next = 0;

  /** `graceTime` in ns. */
  constructor(limit: number, graceTime: bigint) {
    this.#limit = limit;
    this.#graceTime = graceTime;
  }

  /** A run of at least so many slots; undefined when there is none. */
  take(slots: number, now: bigint): Run | undefined {
    const size = runSlots(slots);
    const returned = this.#bySize.get(size);
    if (returned !== undefined && returned.length > 0 && returned[0]!.until <= now) {
      return returned.shift()!.run;
    }
    if (this.#next + size > this.#limit) return undefined;
    const run = { start: this.#next, slots: size };
    this.#next += size;
    return run;
  }

  give(run: Run, now: bigint): void {
    const returned = this.#bySize.get(run.slots) ?? [];
    returned.push({ run, until: now + this.#graceTime });
    this.#bySize.set(run.slots, returned);
  }

  /** Takes note of the runs that an earlier daemon handed out; what lies between them is free. */
  claim(runs: readonly Run[]): void {
    for (const run of [...runs].sort((a, b) => a.start - b.start)) {
      while (this.#next < run.start) {
        const slots = 2 ** Math.floor(Math.log2(run.start - this.#next));
        this.give({ start: this.#next, slots }, -this.#graceTime);
        this.#next += slots;
      }
      this.#next = run.start + run.slots;
    }
  }
}

/** The slots that a run of at least so many takes. */
export function runSlots(slots: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, slots)));
}
