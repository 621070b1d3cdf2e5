import { foldAddress, hash32 } from "../hash32.ts";
import { FRESH_MEMORY, type Scheduler } from "../scheduler.ts";
import { takeFromRing } from "./ring.ts";

/**
 * Destination hashing, as net/netfilter/ipvs/ip_vs_dh.c: a ring of 256 places that the servers have
 * in turn, whatever their weight. Who has the destination's place takes the connection or nobody.
 */
export const dh: Scheduler = {
  name: "dh",
  choose(draw) {
    const { family, virtual } = draw.flow.tuple;
    return takeFromRing(draw, hash32(foldAddress(family, virtual), 8));
  },
  start: () => FRESH_MEMORY,
};
