import type { PoolMember } from "../pool.ts";
import { type Draw, FRESH_MEMORY, type Scheduler } from "../scheduler.ts";

/**
 * The power of two choices, as net/netfilter/ipvs/ip_vs_twos.c: of two servers drawn by weight, the
 * one of less overhead for its weight.
 *
 * The kernel draws at random. Here both draws follow from the flow's tag, which is as good: a keyed
 * hash that nobody can aim, and every flow has its own.
 */
export const twos: Scheduler = {
  name: "twos",
  choose(draw) {
    const eligible = draw.pool.members.filter((member) => draw.mayTake(member));
    const total = eligible.reduce((sum, { weight }) => sum + weight, 0);
    if (total === 0) return undefined;
    const first = drawn(eligible, number(draw.flow.tag, 1n, total));
    const second = drawn(eligible, number(draw.flow.tag, 2n, total));
    const { server } = isLighter(draw, second, first) ? second : first;
    return { server, memory: draw.memory };
  },
  start: () => FRESH_MEMORY,
};

/** From 0 to the total inclusive, as the kernel has it: the first server has a little more. */
function number(tag: number, which: bigint, total: number): bigint {
  return mix((BigInt(tag) << 32n) | which) % (BigInt(total) + 1n);
}

/** MurmurHash3's 64-bit finaliser. */
function mix(value: bigint): bigint {
  const mask = 0xffff_ffff_ffff_ffffn;
  let h = value ^ (value >> 33n);
  h = (h * 0xff51afd7ed558ccdn) & mask;
  h ^= h >> 33n;
  h = (h * 0xc4ceb9fe1a85ec53n) & mask;
  return h ^ (h >> 33n);
}

/** The first at which the weights so far reach the number. */
function drawn(eligible: readonly PoolMember[], number: bigint): PoolMember {
  let rest = number;
  for (const member of eligible) {
    rest -= BigInt(member.weight);
    if (rest <= 0n) return member;
  }
  return eligible.at(-1)!;
}

function isLighter(draw: Draw, a: PoolMember, b: PoolMember): boolean {
  const cost = (member: PoolMember) => BigInt(draw.overhead(member.server));
  return BigInt(a.weight) * cost(b) > BigInt(b.weight) * cost(a);
}
