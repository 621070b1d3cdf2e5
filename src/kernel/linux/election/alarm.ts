import { assert } from "../../../base/assert.ts";
import { type Result, success } from "../../../base/fault.ts";
import type { Addon } from "../addon.ts";
import { refusal } from "../refusal.ts";
import { WatchedSocket } from "../watched-socket.ts";

/**
 * One alarm on the clock of {@link monotonicMicroseconds}. Node's timers count whole milliseconds,
 * which a tenth of 10 ms between advertisements is; a timerfd of the kernel's counts nanoseconds,
 * and nobody has to spin for them.
 */
export class Alarm {
  readonly #native: Addon;
  readonly #timer: WatchedSocket;
  #wake: (() => void) | undefined;

  private constructor(native: Addon, fd: number) {
    this.#native = native;
    this.#timer = new WatchedSocket(native, fd, () => this.#ring());
  }

  /** Faults: TIMER_REFUSED. */
  static open(native: Addon): Result<Alarm> {
    const fd = native.timerfd();
    if (fd < 0) return refusal("TIMER_REFUSED", "make a timer", fd);
    return success(new Alarm(native, fd));
  }

  /** Calls back once, not before `at`, in microseconds; the newest order counts. */
  set(at: number | undefined, wake: () => void): void {
    this.#wake = at === undefined ? undefined : wake;
    // 0 would take the order back; what lies in the past rings at once.
    const nanoseconds = at === undefined ? 0 : Math.max(1, Math.ceil(at * 1000));
    const set = this.#native.timerfdSettime(this.#timer.fd, nanoseconds);
    assert(set === 0, "a timer that can be set", at, set);
  }

  close(): void {
    this.#wake = undefined;
    this.#timer.close();
  }

  /** The timer stays readable until it is set. */
  #ring(): void {
    const wake = this.#wake;
    this.set(undefined, () => {});
    wake?.();
  }
}

/** CLOCK_MONOTONIC (uv__hrtime of libuv). */
export function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint()) / 1000;
}
