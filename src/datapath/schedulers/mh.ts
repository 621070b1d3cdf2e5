import { foldAddress } from "../hash32.ts";
import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { hsiphash } from "../siphash.ts";
import { hashedPort, takeByHash } from "./ring.ts";

/** hash1 of ip_vs_mh.c: a fixed key, so that all directors have the same ring. */
export const MAGLEV_KEY = 2654435761n;

/**
 * Maglev hashing (Eisenbud et al., NSDI 2016), as net/netfilter/ipvs/ip_vs_mh.c on a 64-bit kernel:
 * the ring is the paper's lookup table (state/rings/maglev.ts).
 */
export const mh: Scheduler = {
  name: "mh",
  choose(draw) {
    const { family, client } = draw.flow.tuple;
    const key = hashedPort(draw) + foldAddress(family, client);
    const size = draw.pool.ring.length;
    return takeByHash(draw, (offset) => hsiphash((offset + key) >>> 0, MAGLEV_KEY) % size);
  },
  start: () => FRESH_MEMORY,
};
