import type { PoolMember } from "../pool.ts";
import type { Choice, Draw } from "../scheduler.ts";

/**
 * The member of the least cost / weight; the newest wins a tie. Compared by cross multiplication in
 * 64 bits, as the kernel does: cost and weight may both come near 2^31.
 */
export function leastByWeight(draw: Draw, cost: (server: number) => number): Choice | undefined {
  let best: PoolMember | undefined;
  for (const member of draw.pool.members) {
    if (!draw.mayTake(member)) continue;
    if (best === undefined || isLighter(cost, member, best)) best = member;
  }
  return best === undefined ? undefined : { server: best.server, memory: draw.memory };
}

function isLighter(cost: (server: number) => number, a: PoolMember, b: PoolMember): boolean {
  return BigInt(cost(b.server)) * BigInt(a.weight) > BigInt(cost(a.server)) * BigInt(b.weight);
}
