import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { heaviest } from "./heaviest.ts";

/** Weighted fail-over, as net/netfilter/ipvs/ip_vs_fo.c: the largest weight takes all. */
export const fo: Scheduler = {
  name: "fo",
  choose: (draw) => heaviest(draw, () => true),
  start: () => FRESH_MEMORY,
};
