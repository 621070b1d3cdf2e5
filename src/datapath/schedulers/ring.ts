import { NO_MEMBER, POOL_FALLBACK, POOL_PORTS } from "../constants.ts";
import type { PoolMember } from "../pool.ts";
import type { Choice, Draw } from "../scheduler.ts";
import { clientPort } from "../tuple.ts";

/** What the schedulers with a ring have in common: dh, sh and mh. */

/** Whoever has the place, if he may take a connection. */
export function takeFromRing(draw: Draw, place: number): Choice | undefined {
  const member = memberAt(draw, place);
  return member !== undefined && draw.mayTake(member) ? chosen(draw, member) : undefined;
}

/**
 * Whoever has the place that `hash` finds at offset 0; with the fallback flag, if he may not take a
 * connection, whoever it finds at the offsets that follow, once around.
 */
export function takeByHash(draw: Draw, hash: (offset: number) => number): Choice | undefined {
  const first = hash(0);
  const size = draw.pool.ring.length;
  const looks = draw.pool.header.flags & POOL_FALLBACK ? size : 0;
  if (size === 0) return undefined;
  const found = takeFromRing(draw, first);
  if (found !== undefined) return found;
  for (let offset = 0; offset < looks; offset++) {
    const place = hash((offset + first) % size);
    if (memberAt(draw, place) === undefined) return undefined;
    const next = takeFromRing(draw, place);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** The client's port where the flag of sh-port and mh-port asks for it, else 0. */
export function hashedPort({ pool, flow }: Draw): number {
  return pool.header.flags & POOL_PORTS ? clientPort(flow.tuple) : 0;
}

function memberAt({ pool }: Draw, place: number): PoolMember | undefined {
  const at = pool.ring[place] ?? NO_MEMBER;
  return at === NO_MEMBER ? undefined : pool.members[at];
}

function chosen({ memory }: Draw, { server }: PoolMember): Choice {
  return { server, memory };
}
