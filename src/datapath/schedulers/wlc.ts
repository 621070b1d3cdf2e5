import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { leastByWeight } from "./least.ts";

/** Weighted least connection, as net/netfilter/ipvs/ip_vs_wlc.c: the least overhead / weight. */
export const wlc: Scheduler = {
  name: "wlc",
  choose: (draw) => leastByWeight(draw, draw.overhead),
  start: () => FRESH_MEMORY,
};
