import type { Entry } from "./entry.ts";
import { Holders } from "./holders.ts";
import type { Violation } from "./violation.ts";

/**
 * Somebody holds the addresses: when nothing has happened for the bound, and a director is fit,
 * there is no gap longer than that.
 */
export class SomebodyHolds {
  readonly #bound: number;
  readonly #slots: readonly Holders[];
  /** Who could hold, now. */
  readonly #fit: () => readonly string[];
  #quietSince = 0;

  /** `bound` in microseconds of true time. */
  constructor(slots: number, bound: number, fit: () => readonly string[]) {
    this.#bound = bound;
    this.#slots = Array.from({ length: slots }, (_, slot) => new Holders(slot));
    this.#fit = fit;
  }

  hear(entry: Entry): Violation | undefined {
    const violation =
      entry.kind === "lease" || entry.kind === "event" ? this.check(entry.time) : undefined;
    for (const holders of this.#slots) holders.hear(entry);
    if (entry.kind === "event") this.#quietSince = entry.time;
    return violation;
  }

  /** To be called at the end, too: a gap that nothing ends is one. */
  check(time: number): Violation | undefined {
    for (const [slot, holders] of this.#slots.entries()) {
      const since = Math.max(this.#quietSince, holders.lastHeld(time));
      const hosts = this.#fit();
      if (time - since <= this.#bound || hosts.length === 0) continue;
      return { kind: "no-holder", time, slot, hosts, duration: time - since };
    }
    return undefined;
  }
}
