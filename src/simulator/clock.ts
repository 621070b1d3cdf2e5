import { assert } from "../base/assert.ts";
import type { Random } from "../base/random.ts";

/** Something that happens at a time, unless it is called off before. */
export interface Event {
  /** True time in microseconds. */
  readonly time: number;
  /** Drawn by chance: what happens at one time happens in any order, the same for a seed. */
  readonly tie: number;
  action: (() => void) | undefined;
}

/**
 * True time in a simulation, in microseconds since its start: no host's clock shows it. It goes
 * from event to event, and nothing passes in between.
 */
export class Clock {
  readonly #random: Random;
  /** A binary heap, the next event first. */
  readonly #heap: Event[] = [];
  #now = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get now(): number {
    return this.#now;
  }

  /** A time that has passed means now, after what is being done. */
  at(time: number, action: () => void): Event {
    const event = {
      time: Math.max(Math.ceil(time), this.#now),
      tie: this.#random.u32(),
      action,
    };
    this.#push(event);
    return event;
  }

  cancel(event: Event | undefined): void {
    if (event !== undefined) event.action = undefined;
  }

  /**
   * Lets time pass until `until`, that included. An event may call this too: then it stands still
   * in the midst of what it does, while everything else goes on.
   */
  run(until: number): void {
    assert(until >= this.#now, "a time to come", until, this.#now);
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.time > until) break;
      this.#pop();
      // An event within an event may have let more time pass.
      this.#now = Math.max(this.#now, next.time);
      next.action?.();
    }
    this.#now = Math.max(this.#now, until);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.tie < b.tie);
}
