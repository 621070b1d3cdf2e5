import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { leastByWeight } from "./least.ts";

/**
 * Never queue, as net/netfilter/ipvs/ip_vs_nq.c: the first that is idle, however small its weight;
 * without one as sed.
 */
export const nq: Scheduler = {
  name: "nq",

  choose(draw) {
    const idle = draw.pool.members.find(
      (member) => draw.mayTake(member) && draw.active(member.server) === 0,
    );
    if (idle !== undefined) return { server: idle.server, memory: draw.memory };
    return leastByWeight(draw, (server) => draw.active(server) + 1);
  },

  start: () => FRESH_MEMORY,
};
