import type { PoolMember } from "../pool.ts";
import type { Choice, Draw, Scheduler } from "../scheduler.ts";

/**
 * Weighted round robin, as net/netfilter/ipvs/ip_vs_wrr.c: rounds over the members with a falling
 * weight to reach, from the largest down in steps of their greatest common divisor. Where the
 * kernel goes round with every weight in between, this goes straight to the next one that somebody
 * reaches.
 */
export const wrr: Scheduler = {
  name: "wrr",

  choose(draw) {
    const { weightMax, weightGcd } = draw.pool.header;
    const count = draw.pool.members.length;
    if (weightMax === 0 || weightGcd === 0) return undefined;

    let weight = draw.memory.weight;
    const position = Math.min(draw.memory.cursor, count);
    const rest = firstToReach(draw, position, weight);
    if (rest !== undefined) return rest;

    // The round is over: one step down, or the largest again at the end.
    weight = weight > weightGcd ? weight - weightGcd : weightMax;
    const round = firstToReach(draw, 0, weight);
    if (round !== undefined) return round;

    const largest = largestThatMayTake(draw);
    if (largest === 0) return undefined;
    // Nobody reaches it: down to the first weight of the series that somebody does.
    weight -= Math.ceil((weight - largest) / weightGcd) * weightGcd;
    return firstToReach(draw, 0, weight);
  },

  /** ip_vs_wrr_dest_changed(): from the head again, at the nearest weight of the new series. */
  start({ weightMax, weightGcd }, { weight }) {
    if (weight > weightMax || weight === 0) return { cursor: 0, weight: weightMax };
    if (weightGcd > 1) {
      return { cursor: 0, weight: Math.floor(weight / weightGcd) * weightGcd + 1 };
    }
    return { cursor: 0, weight };
  },
};

function firstToReach(draw: Draw, position: number, weight: number): Choice | undefined {
  for (const [at, member] of draw.pool.members.entries()) {
    if (at >= position && member.weight >= weight && draw.mayTake(member)) {
      return { server: member.server, memory: { cursor: at + 1, weight } };
    }
  }
  return undefined;
}

function largestThatMayTake(draw: Draw): number {
  const weightOf = (member: PoolMember) => (draw.mayTake(member) ? member.weight : 0);
  return draw.pool.members.reduce((largest, member) => Math.max(largest, weightOf(member)), 0);
}
