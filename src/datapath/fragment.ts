import { TICKS_PER_SECOND } from "./constants.ts";
import type { Packet } from "./packet.ts";
import type { View } from "./tables.ts";
import { type Tuple, wordBytes } from "./tuple.ts";

/**
 * Packets in fragments (xdp/fragment.h). The first fragment carries the ports, and the table keeps
 * them for those that follow, which go the same way one by one. One that comes before its first
 * is none of ours: it goes up to the host's stack, counted.
 *
 * A packet has one place in the table; a newer packet takes it.
 */

/** Fragments of one packet come within moments; an id is used again after minutes. */
const FRAGMENT_LIFETIME = Math.round(30 * TICKS_PER_SECOND);

/** The packet with its ports, or undefined when they are not known. `now` in ticks. */
export function fragmentPorts(view: View, packet: Packet, now: number): Packet | undefined {
  const slot = slotOf(view, packet);
  const { fragments } = view;
  if (packet.fragment === "first") {
    fragments.record(slot).fill(0);
    fragments.bytes(slot, "source").set(wordBytes(packet.tuple.client));
    fragments.bytes(slot, "destination").set(wordBytes(packet.tuple.virtual));
    fragments.set(slot, "id", packet.fragmentId);
    fragments.set(slot, "ports", packet.tuple.ports);
    fragments.set(slot, "seen", now);
    fragments.set(slot, "protocol", packet.tuple.protocol);
    fragments.set(slot, "used", 1);
    return packet;
  }
  if (!holds(view, slot, packet) || (now - fragments.get(slot, "seen")) >>> 0 > FRAGMENT_LIFETIME) {
    return undefined;
  }
  const tuple: Tuple = { ...packet.tuple, ports: fragments.get(slot, "ports") };
  return { ...packet, tuple };
}

function holds(view: View, slot: number, { tuple, fragmentId }: Packet): boolean {
  const { fragments } = view;
  return (
    fragments.get(slot, "used") === 1 &&
    fragments.get(slot, "id") === fragmentId &&
    fragments.get(slot, "protocol") === tuple.protocol &&
    same(fragments.bytes(slot, "source"), wordBytes(tuple.client)) &&
    same(fragments.bytes(slot, "destination"), wordBytes(tuple.virtual))
  );
}

/** Multiply-shift, keyed with the tables' secrets, so that nobody can aim at a place. */
function slotOf(view: View, { tuple, fragmentId }: Packet): number {
  const keys = view.tables.hashKeys;
  const words = [...tuple.client, ...tuple.virtual, fragmentId];
  const sum = words.reduce(
    (h, word, i) => (h + Math.imul(word + keys[i]!, keys[(i + 1) % 10]! | 1)) | 0,
    0,
  );
  return Math.floor(((sum >>> 0) * view.fragments.count) / 2 ** 32);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, i) => byte === b[i]);
}
