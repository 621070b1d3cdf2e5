import type { Random } from "../base/random.ts";
import type { Clock } from "./clock.ts";

/** Thrown out of a call to the kernel that the process did not live to return from. */
class Killed extends Error {}

/** What happens to a process in the midst of what it does: at a call to the kernel. */
export type Strike =
  | { readonly kind: "kill" }
  /** SIGSTOP, and SIGCONT so many microseconds later. */
  | { readonly kind: "pause"; readonly duration: number };

const CONTINUED = "SIGCONT of the daemon";

/**
 * A daemon's thread: does one thing after the other, whenever it gets the processor. It can be
 * stopped and killed, also between two calls to the kernel.
 */
export class Thread {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #note: (what: string) => void;
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #dead = false;
  #stopped = false;
  /** It has been stopped in the midst of what it does. */
  #standing = false;
  #pausedUntil = 0;
  #strike: { readonly what: Strike; calls: number } | undefined;
  /** The most that it waits for the processor, in microseconds. */
  lateness: number;

  /** `note` is told in a sentence when a strike has come and when a pause has ended. */
  constructor(clock: Clock, random: Random, lateness: number, note: (what: string) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#note = note;
    this.lateness = lateness;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get paused(): boolean {
    return this.#stopped || this.#standing;
  }

  /** Has it do something as soon as it gets to it. */
  post(action: () => void): void {
    const late = this.lateness === 0 ? 0 : this.#random.integer(this.lateness + 1);
    this.#clock.at(this.#clock.now + late, () => {
      this.#waiting.push(action);
      this.#work();
    });
  }

  pause(duration: number): void {
    this.#stopped = true;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now + duration);
    this.#clock.at(this.#pausedUntil, () => this.#resume());
  }

  kill(): void {
    this.#dead = true;
    this.#waiting.length = 0;
  }

  /** It will meet this at its call to the kernel after so many others. */
  strikeAfter(calls: number, what: Strike): void {
    this.#strike = { what, calls };
  }

  /** Whatever stands for the kernel says so first: here time may pass, or all may end. */
  enterKernel(): void {
    const strike = this.#strike;
    if (strike !== undefined && strike.calls-- <= 0) {
      this.#strike = undefined;
      this.#note(strike.what.kind === "kill" ? "killed in a call" : "stopped in a call");
      if (strike.what.kind === "kill") this.kill();
      else this.pause(strike.what.duration);
    }
    if (this.#stopped) this.#stand();
    if (this.#dead) throw new Killed("the process was killed in a call to the kernel");
  }

  #stand(): void {
    this.#standing = true;
    while (this.#stopped && !this.#dead) this.#clock.run(this.#pausedUntil);
    if (!this.#dead) this.#note(CONTINUED);
    this.#standing = false;
  }

  #resume(): void {
    if (this.#dead || !this.#stopped || this.#clock.now < this.#pausedUntil) return;
    if (!this.#standing) this.#note(CONTINUED);
    this.#stopped = false;
    this.#work();
  }

  #work(): void {
    while (!this.#busy && !this.#dead && !this.#stopped) {
      const action = this.#waiting.shift();
      if (action === undefined) return;
      this.#busy = true;
      try {
        action();
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      this.#busy = false;
    }
  }
}
