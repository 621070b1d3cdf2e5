import assert from "node:assert/strict";
import { formatMac } from "../../src/wire/mac.ts";

/** A frame that the director received, and the one that left it for it. */
export interface Passage {
  readonly arrived: Uint8Array;
  readonly left: Uint8Array;
  /** Interfaces, from 1. */
  readonly from: number;
  readonly to: number;
}

/**
 * The director's guest had one CPU, so a frame left before the next came in. Frames of two
 * interfaces come in an order of their own each; an arrival whose answer is next at the other is
 * the next of both. `director` are its MAC addresses.
 */
export function passagesOf(
  frames: readonly (readonly Uint8Array[])[],
  director: readonly string[],
): Passage[] {
  const arrives = (frame: Uint8Array | undefined) =>
    frame !== undefined && director.includes(formatMac(frame.subarray(0, 6)));

  const queues = frames.map((queue) => [...queue]);
  const isReady = (queue: readonly Uint8Array[], i: number) => {
    const next = queues.length === 1 ? queue[1] : queues[1 - i]![0];
    return arrives(queue[0]) && next !== undefined && !arrives(next);
  };
  const passages: Passage[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const from = queues.findIndex((queue, i) => isReady(queue, i));
    assert.ok(from >= 0, "an arrival, and behind it or at the other interface what left for it");
    const arrived = queues[from]!.shift()!;
    const to = queues.length === 1 ? 0 : 1 - from;
    passages.push({ arrived, left: queues[to]!.shift()!, from: from + 1, to: to + 1 });
  }
  return passages;
}
