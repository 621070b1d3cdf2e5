import type { TrackProcess } from "../../cluster/settings.ts";

const MICROSECONDS_PER_MS = 1000;

interface Pending {
  readonly enough: boolean;
  readonly timer: NodeJS.Timeout;
}

/**
 * Whether there are enough processes of each kind, once that has been so for the time of fork_delay
 * or terminate_delay: a process that starts itself anew does not move a priority to and fro.
 */
export class ProcessDelays {
  readonly #processes: readonly TrackProcess[];
  readonly #enough: Map<string, boolean>;
  readonly #changed: () => void;
  readonly #counts = new Map<string, number>();
  readonly #pending = new Map<string, Pending>();

  /** `enough`: what is known, by name, and what is kept up; the first count of all is at once. */
  constructor(
    processes: readonly TrackProcess[],
    enough: Map<string, boolean>,
    changed: () => void,
  ) {
    this.#processes = processes;
    this.#enough = enough;
    this.#changed = changed;
  }

  /** How many there are of each, in their order. */
  take(counts: readonly number[]): void {
    for (const [i, process] of this.#processes.entries()) this.#count(process, counts[i]!);
    this.#changed();
  }

  close(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }

  #count(process: TrackProcess, count: number): void {
    const { name, forkDelay, terminateDelay } = process;
    const before = this.#counts.get(name);
    this.#counts.set(name, count);
    const enough = isEnough(process, count);
    const pending = this.#pending.get(name);
    if (pending?.enough === enough) return;
    clearTimeout(pending?.timer);
    this.#pending.delete(name);
    if (this.#enough.get(name) === enough) return;
    const delay = before === undefined ? 0 : count > before ? forkDelay : terminateDelay;
    if (delay === 0) this.#enough.set(name, enough);
    else this.#wait(name, enough, delay / MICROSECONDS_PER_MS);
  }

  #wait(name: string, enough: boolean, milliseconds: number): void {
    const timer = setTimeout(() => {
      this.#pending.delete(name);
      this.#enough.set(name, enough);
      this.#changed();
    }, milliseconds);
    this.#pending.set(name, { enough, timer });
  }
}

function isEnough({ quorum, quorumMax }: TrackProcess, count: number): boolean {
  return count >= quorum && count <= quorumMax;
}
