import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { heaviest } from "./heaviest.ts";

/**
 * Weighted overflow, as net/netfilter/ipvs/ip_vs_ovf.c: the largest weight whose active connections
 * are no more than that. It is looked at before the new one counts, so a server gets weight + 1.
 */
export const ovf: Scheduler = {
  name: "ovf",
  choose: (draw) => heaviest(draw, ({ server, weight }) => draw.active(server) <= weight),
  start: () => FRESH_MEMORY,
};
