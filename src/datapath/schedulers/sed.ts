import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { leastByWeight } from "./least.ts";

/**
 * Shortest expected delay, as net/netfilter/ipvs/ip_vs_sed.c: the least (active + 1) / weight. Only
 * active connections count, and the one to come.
 */
export const sed: Scheduler = {
  name: "sed",
  choose: (draw) => leastByWeight(draw, (server) => draw.active(server) + 1),
  start: () => FRESH_MEMORY,
};
