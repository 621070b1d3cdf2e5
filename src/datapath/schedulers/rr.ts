import type { Scheduler } from "../scheduler.ts";

/** Round robin, as net/netfilter/ipvs/ip_vs_rr.c: the next one after the last, once around. */
export const rr: Scheduler = {
  name: "rr",

  choose({ pool, memory, mayTake }) {
    const count = pool.members.length;
    const position = memory.cursor < count ? memory.cursor : 0;
    for (let i = 0; i < count; i++) {
      const at = (position + i) % count;
      const member = pool.members[at]!;
      if (mayTake(member)) return { server: member.server, memory: { cursor: at + 1, weight: 0 } };
    }
    return undefined;
  },

  /** ip_vs_rr_del_dest(): when the last chosen one goes, the pointer moves to its predecessor. */
  start({ moved }, { cursor }) {
    for (let last = cursor - 1; last >= 0; last--) {
      const place = moved[last] ?? -1;
      if (place >= 0) return { cursor: place + 1, weight: 0 };
    }
    return { cursor: 0, weight: 0 };
  },
};
