import { CACHE_ROUTE_SERVERS } from "../constants.ts";
import { type Draw, FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { isCrowded } from "./lblc.ts";
import { leastByWeight } from "./least.ts";

/**
 * Locality-based least connection with replication, as net/netfilter/ipvs/ip_vs_lblcr.c: a
 * destination has a set of servers, which grows while they are crowded and shrinks when it has not
 * changed for long. The kernel's set has no bound; this one has CACHE_ROUTE_SERVERS.
 */
export const lblcr: Scheduler = {
  name: "lblcr",
  choose(draw) {
    const { destination, memory } = draw;
    let set = destination.recall();
    if (set !== undefined) {
      const least = leastOf(draw, set);
      if (set.length > 1 && destination.age() > destination.expiration) {
        const most = mostOf(draw, set);
        if (most !== undefined) {
          set = set.filter((server) => server !== most);
          destination.keep(set);
        }
      }
      if (least !== undefined && !isCrowded(draw, least)) return { server: least, memory };
    }
    const choice = leastByWeight(draw, draw.overhead);
    if (choice !== undefined && set?.includes(choice.server) !== true) {
      destination.keep([choice.server, ...(set ?? [])].slice(0, CACHE_ROUTE_SERVERS));
    }
    return choice;
  },
  start: () => FRESH_MEMORY,
};

/** ip_vs_dest_set_min(): the least overhead / weight of those that take connections. */
function leastOf(draw: Draw, set: readonly number[]): number | undefined {
  let least: number | undefined;
  for (const server of set) {
    if (!draw.serves(server) || draw.isOverloaded(server)) continue;
    if (least === undefined || isLighter(draw, server, least)) least = server;
  }
  return least;
}

/** ip_vs_dest_set_max(): the largest; one of weight 0 does not count. */
function mostOf(draw: Draw, set: readonly number[]): number | undefined {
  let most: number | undefined;
  for (const server of set) {
    if (draw.weight(server) === 0) continue;
    if (most === undefined || isLighter(draw, most, server)) most = server;
  }
  return most;
}

/** Whether the first has less overhead for its weight than the second. */
function isLighter(draw: Draw, a: number, b: number): boolean {
  const product = (overheadOf: number, weightOf: number) =>
    BigInt(draw.overhead(overheadOf)) * BigInt(draw.weight(weightOf));
  return product(b, a) > product(a, b);
}
