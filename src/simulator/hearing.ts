import type { Entry } from "./entry.ts";

/**
 * What reached whom, what was lost and what was heard, and when: what tells a partition from
 * everything else. A message is heard when the daemon takes it from its socket, where it may have
 * lain since it arrived; what an earlier daemon heard is forgotten.
 */
export class Hearing {
  /** True times, by "LISTENER SPEAKER". */
  readonly #arrived = new Map<string, number[]>();
  readonly #lost = new Map<string, number[]>();
  readonly #heard = new Map<string, number[]>();
  readonly #memory: number;

  /** It remembers for so many microseconds. */
  constructor(memory: number) {
    this.#memory = memory;
  }

  hear(entry: Entry): void {
    switch (entry.kind) {
      case "arrived":
        this.#add(this.#arrived, entry.host, entry.from, entry.time);
        break;
      case "heard":
        this.#add(this.#heard, entry.host, entry.from, entry.time);
        break;
      case "frame":
        for (const { to, arrivals } of entry.passages) {
          if (arrivals.length === 0) this.#add(this.#lost, to, entry.host, entry.time);
        }
        break;
      case "started":
        for (const pair of this.#heard.keys()) {
          if (pair.startsWith(`${entry.host} `)) this.#heard.delete(pair);
        }
    }
  }

  /** How many messages of `speaker` reached the listener's host since, and how many did not. */
  since(listener: string, speaker: string, time: number): { arrived: number; lost: number } {
    const pair = `${listener} ${speaker}`;
    const after = (times: readonly number[] = []) => times.filter((at) => at >= time).length;
    return { arrived: after(this.#arrived.get(pair)), lost: after(this.#lost.get(pair)) };
  }

  /** How many messages of `speaker` the daemon has taken, with no longer than `gap` between. */
  inRow(listener: string, speaker: string, time: number, gap: number): number {
    const times = this.#heard.get(`${listener} ${speaker}`) ?? [];
    let count = 0;
    for (let next = time; count < times.length; count++) {
      const before = times[times.length - 1 - count]!;
      if (next - before > gap) break;
      next = before;
    }
    return count;
  }

  #add(times: Map<string, number[]>, listener: string, speaker: string, time: number): void {
    const pair = `${listener} ${speaker}`;
    const kept = (times.get(pair) ?? []).filter((at) => at >= time - this.#memory);
    times.set(pair, [...kept, time]);
  }
}
