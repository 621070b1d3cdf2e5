import type { Result } from "../base/fault.ts";
import type { Swept } from "../datapath/sweep.ts";

/** Once around the connection table in this many turns, one turn every SWEEP_INTERVAL_MS. */
const TURNS_A_ROUND = 10;
export const SWEEP_INTERVAL_MS = 100;

/** Buckets in one run of the sweep program: well under 2 ms, so that no CPU is held up. */
const SLICE_BUCKETS = 4096;

export type RunSweep = (firstBucket: number, buckets: number, now: number) => Result<Swept>;

/** Goes round the connection table slice by slice, a whole round each second. */
export class Sweeper {
  readonly #buckets: number;
  readonly #run: RunSweep;
  #next = 0;

  constructor(buckets: number, run: RunSweep) {
    this.#buckets = buckets;
    this.#run = run;
  }

  /** One turn. `now` in ticks. The fault of the first slice that failed, if one did. */
  turn(now: number): Result<Swept> {
    const turnEnd = this.#next + Math.ceil(this.#buckets / TURNS_A_ROUND);
    const end = Math.min(turnEnd, this.#buckets);
    let expired = 0;
    let live = 0;
    while (this.#next < end) {
      const count = Math.min(SLICE_BUCKETS, end - this.#next);
      const swept = this.#run(this.#next, count, now);
      if (!swept.ok) return swept;
      expired += swept.value.expired;
      live += swept.value.live;
      this.#next += count;
    }
    if (this.#next >= this.#buckets) this.#next = 0;
    return { ok: true, value: { expired, live } };
  }
}
