import { type Draw, FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { leastByWeight } from "./least.ts";

/**
 * Locality-based least connection, as net/netfilter/ipvs/ip_vs_lblc.c: a destination stays with its
 * server, for the sake of that one's cache, until it is crowded and another one has room.
 */
export const lblc: Scheduler = {
  name: "lblc",
  choose(draw) {
    const [kept] = draw.destination.recall() ?? [];
    if (kept !== undefined && draw.serves(kept) && !isCrowded(draw, kept)) {
      return { server: kept, memory: draw.memory };
    }
    const choice = leastByWeight(draw, draw.overhead);
    if (choice !== undefined) draw.destination.keep([choice.server]);
    return choice;
  },
  start: () => FRESH_MEMORY,
};

/** More active connections than its weight, while another has less than half of its own. */
export function isCrowded(draw: Draw, server: number): boolean {
  if (draw.active(server) <= draw.weight(server)) return false;
  return draw.pool.members.some((other) => 2 * draw.active(other.server) < other.weight);
}
