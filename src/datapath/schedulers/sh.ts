import { foldAddress, hash32 } from "../hash32.ts";
import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { hashedPort, takeByHash } from "./ring.ts";

const RING_BITS = 8;
const RING_MASK = (1 << RING_BITS) - 1;

/**
 * Source hashing, as net/netfilter/ipvs/ip_vs_sh.c: a ring of 256 places, of which each server has
 * as many in a row as it has weight.
 */
export const sh: Scheduler = {
  name: "sh",
  choose(draw) {
    const { family, client } = draw.flow.tuple;
    const key = (hashedPort(draw) + foldAddress(family, client)) >>> 0;
    const hash = hash32(key, RING_BITS);
    return takeByHash(draw, (offset) => (offset + hash) & RING_MASK);
  },
  start: () => FRESH_MEMORY,
};
