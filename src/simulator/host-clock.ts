const MILLION = 1_000_000;

/**
 * The clock that a host has: CLOCK_MONOTONIC counts from its start, and its quartz is wrong. In
 * microseconds.
 */
export class HostClock {
  readonly #offset: number;
  readonly #drift: number;

  /** `drift` is what it gains in microseconds a second, negative for a slow one. */
  constructor(offset: number, drift: number) {
    this.#offset = offset;
    this.#drift = drift;
  }

  /** What it shows at a true time. */
  read(time: number): number {
    return this.#offset + time + Math.floor((time * this.#drift) / MILLION);
  }

  /** The first true microsecond at which it shows no less than `shown`. */
  trueTime(shown: number): number {
    let time = Math.ceil(((shown - this.#offset) * MILLION) / (MILLION + this.#drift));
    // Rounding may be wrong by a little to either side.
    while (this.read(time) < shown) time++;
    while (this.read(time - 1) >= shown) time--;
    return time;
  }
}
