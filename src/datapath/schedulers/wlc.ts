import type { PoolMember } from "../pool.ts";
import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";

/**
 * Weighted least connection, as net/netfilter/ipvs/ip_vs_wlc.c: the least overhead / weight,
 * compared by cross multiplication; the newest wins a tie.
 */
export const wlc: Scheduler = {
  name: "wlc",

  choose({ pool, memory, mayTake, overhead }) {
    let best: PoolMember | undefined;
    for (const member of pool.members) {
      if (!mayTake(member)) continue;
      if (best === undefined || lighter(overhead, member, best)) best = member;
    }
    return best === undefined ? undefined : { server: best.server, memory };
  },

  start: () => FRESH_MEMORY,
};

/** In 64 bits, as the kernel: overhead and weight may both come near 2^31. */
function lighter(overhead: (server: number) => number, a: PoolMember, b: PoolMember): boolean {
  const scaledB = BigInt(overhead(b.server)) * BigInt(a.weight);
  return scaledB > BigInt(overhead(a.server)) * BigInt(b.weight);
}
