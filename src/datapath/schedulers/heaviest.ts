import type { PoolMember } from "../pool.ts";
import type { Choice, Draw } from "../scheduler.ts";

/** The member of the largest weight among those that also `fits`; the newest wins a tie. */
export function heaviest(draw: Draw, fits: (member: PoolMember) => boolean): Choice | undefined {
  let best: PoolMember | undefined;
  for (const member of draw.pool.members) {
    if (!draw.mayTake(member) || !fits(member)) continue;
    if (best === undefined || member.weight > best.weight) best = member;
  }
  return best === undefined ? undefined : { server: best.server, memory: draw.memory };
}
