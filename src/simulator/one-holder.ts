import type { Entry } from "./entry.ts";
import { Hearing } from "./hearing.ts";
import { Holders } from "./holders.ts";
import type { Violation } from "./violation.ts";

/** Down intervals after which two that hear of each other again must have settled it. */
const HEALING_INTERVALS = 4;
/** Who goes on claiming for so many messages is left to it, by whoever hears them. */
const CLAIM_MESSAGES = 3;
/** What comes after a longer silence is another claim. */
const ROW_INTERVALS = 2;
const MEMORY_INTERVALS = 8;
/** A lease lasts for so many: whoever was silent for as long holds nothing. */
const LEASE_INTERVALS = 2.5;

/**
 * At no instant do two directors accept a packet for one virtual address. Two can begin to overlap
 * only when one of them begins to accept, so it is enough to look then.
 *
 * A partition is exempt, and nothing else: all that the other sent to the one who begins was lost
 * for as long as a lease lasts, and the other has heard less of it than the three messages of a
 * claim, because they did not arrive, or is stopped or dead. What began so may last until they
 * have heard of each other for a while.
 */
export class OneHolder {
  readonly #interval: number;
  readonly #runs: (host: string) => boolean;
  readonly #slots: readonly Holders[];
  readonly #hearing: Hearing;
  /** "SLOT A B" of an overlap that a partition made: since when they hear each other again. */
  readonly #split = new Map<string, number | undefined>();

  /** `runs` says whether a host's daemon is there, now, and not stopped. */
  constructor(slots: number, interval: number, runs: (host: string) => boolean) {
    this.#interval = interval;
    this.#runs = runs;
    this.#slots = Array.from({ length: slots }, (_, slot) => new Holders(slot));
    this.#hearing = new Hearing(MEMORY_INTERVALS * interval);
  }

  hear(entry: Entry): Violation | undefined {
    this.#hearing.hear(entry);
    for (const [slot, holders] of this.#slots.entries()) {
      if (!holders.hear(entry)) continue;
      for (const other of holders.at(entry.time)) {
        if (other === entry.host || this.#isSplit(slot, entry, other)) continue;
        const hosts = [other, entry.host];
        const until = Math.min(holders.until(other), holders.until(entry.host));
        return { kind: "two-holders", time: entry.time, slot, hosts, duration: until - entry.time };
      }
    }
    return undefined;
  }

  /** Whether the overlap that there is now is one of a partition. */
  #isSplit(slot: number, { host, time }: Entry, other: string): boolean {
    const pair = `${slot} ${[host, other].sort().join(" ")}`;
    if (this.#areApart(host, other, time)) {
      this.#split.set(pair, undefined);
      return true;
    }
    if (!this.#split.has(pair)) return false;
    const healed = this.#split.get(pair) ?? time;
    this.#split.set(pair, healed);
    return time - healed <= HEALING_INTERVALS * this.#interval;
  }

  /** `host` has begun to accept while `other` does. */
  #areApart(host: string, other: string, time: number): boolean {
    // It could not know of the other, who did not let go for it.
    if (this.#isDeaf(host, other, time)) {
      return !this.#runs(other) || this.#knowsLittle(other, host, time);
    }
    // It paid for the lease with messages that were lost, and was stopped before it wrote it.
    return this.#isDeaf(other, host, time) && this.#knowsLittle(host, other, time);
  }

  /** What the speaker sent was lost, all of it, for as long as a lease lasts. */
  #isDeaf(listener: string, speaker: string, time: number): boolean {
    const since = time - LEASE_INTERVALS * this.#interval;
    const { arrived, lost } = this.#hearing.since(listener, speaker, since);
    return arrived === 0 && lost > 0;
  }

  /** It has not heard as much of the other as would make it let go. */
  #knowsLittle(listener: string, speaker: string, time: number): boolean {
    const gap = ROW_INTERVALS * this.#interval;
    return this.#hearing.inRow(listener, speaker, time, gap) < CLAIM_MESSAGES;
  }
}
