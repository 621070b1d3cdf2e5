import type { Entry } from "./entry.ts";

/**
 * Who accepts packets for the addresses of a slot: a director does while its lease is in force and
 * its interface is up. True times in microseconds.
 */
export class Holders {
  /** When the lease of each host ends, by host. */
  readonly #until = new Map<string, number>();
  readonly #down = new Set<string>();
  readonly #slot: number;
  /** The latest end of a lease that was cut short, or written anew. */
  #heldUntil = 0;

  constructor(slot: number) {
    this.#slot = slot;
  }

  /** True where the entry made a host begin to accept, or accept for longer. */
  hear(entry: Entry): boolean {
    const { host, time } = entry;
    if (entry.kind === "link") {
      this.#remember(host, time);
      if (entry.up) this.#down.delete(host);
      else this.#down.add(host);
      return entry.up && this.accepts(host, time);
    }
    if (entry.kind !== "lease" || entry.slot !== this.#slot) return false;
    this.#remember(host, time);
    this.#until.set(host, entry.until);
    return this.accepts(host, time);
  }

  accepts(host: string, time: number): boolean {
    return !this.#down.has(host) && this.until(host) > time;
  }

  /** The end of a host's lease, be it in force or not. */
  until(host: string): number {
    return this.#until.get(host) ?? 0;
  }

  at(time: number): string[] {
    return [...this.#until.keys()].filter((host) => this.accepts(host, time)).sort();
  }

  /** When somebody accepted for the last time before or at `time`; 0 for never. */
  lastHeld(time: number): number {
    const ends = [...this.#until.keys()].map((host) => this.#end(host, time));
    return Math.max(this.#heldUntil, ...ends);
  }

  #remember(host: string, time: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#end(host, time));
  }

  #end(host: string, time: number): number {
    return this.#down.has(host) ? 0 : Math.min(time, this.until(host));
  }
}
