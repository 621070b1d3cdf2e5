import { type Choice, FRESH_MEMORY, type Scheduler } from "../scheduler.ts";

/**
 * Least connection, as net/netfilter/ipvs/ip_vs_lc.c: the least overhead; the newest wins a tie.
 */
export const lc: Scheduler = {
  name: "lc",

  choose({ pool, memory, mayTake, overhead }) {
    let best: Choice | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const member of pool.members) {
      if (!mayTake(member) || overhead(member.server) >= least) continue;
      least = overhead(member.server);
      best = { server: member.server, memory };
    }
    return best;
  },

  start: () => FRESH_MEMORY,
};
