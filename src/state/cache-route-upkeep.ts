import { TICKS_PER_SECOND } from "../datapath/constants.ts";
import { readPool } from "../datapath/pool.ts";
import { SCHEDULERS } from "../datapath/schedulers.ts";
import type { View } from "../datapath/tables.ts";

/**
 * What the kernel's collectors do for lblc and lblcr once a minute (ip_vs_lblc.c
 * ip_vs_lblc_check_expire(), ip_vs_lblcr.c likewise; inventory S-15).
 */

/** ENTRY_TIMEOUT: for so long after its use a destination is not forgotten for want of room. */
const SPARED = Math.round(360 * TICKS_PER_SECOND);

/**
 * To be called once a minute, `now` in ticks. Destinations that were not used for lblc_expiration
 * or lblcr_expiration are forgotten, and while more than half the table is in use, those that were
 * not used for longest as well. Answers how many.
 *
 * IPVS looks for expired ones only every half hour, for it would have to take its locks; what this
 * costs is one pass over the table. A packet that begins an entry in the same moment may lose it
 * again, and its destination is scheduled anew.
 */
export function cacheRouteUpkeep(view: View, now: number): number {
  const { cacheRoutes } = view;
  const expirations = expirationsOf(view);
  const idle: { index: number; unused: number }[] = [];
  let used = 0;
  let forgotten = 0;
  for (let index = 0; index < cacheRoutes.count; index++) {
    if (cacheRoutes.get(index, "count") === 0) continue;
    const unused = ticksSince(cacheRoutes.get(index, "used"), now);
    if (unused >= expirations(cacheRoutes.get(index, "service"))) {
      forget(view, index);
      forgotten++;
      continue;
    }
    used++;
    if (unused >= SPARED) idle.push({ index, unused });
  }
  const crowded = idle
    .sort((a, b) => b.unused - a.unused)
    .slice(0, excess(used, cacheRoutes.count));
  for (const { index } of crowded) forget(view, index);
  return forgotten + crowded.length;
}

/** A third more than are too many, so that the next minute finds room. */
function excess(used: number, places: number): number {
  const most = places / 2;
  return Math.max(0, Math.min(Math.floor(((used - most) * 4) / 3), most / 2));
}

/** How long each service remembers a destination, in ticks. */
function expirationsOf(view: View): (service: number) => number {
  const known = new Map<number, number>();
  return (service) => {
    let expiration = known.get(service);
    if (expiration === undefined) {
      const name = SCHEDULERS[readPool(view, service).header.scheduler]?.name;
      const setting = name === "lblcr" ? "lblcr_expiration" : "lblc_expiration";
      expiration = view.control.get(0, setting);
      known.set(service, expiration);
    }
    return expiration;
  };
}

/**
 * 0 where a packet on another CPU has been faster than `now`. Not by the sign: the expirations may
 * be up to 31 days, and half of all ticks are 26.
 */
function ticksSince(then: number, now: number): number {
  const since = (now - then) >>> 0;
  return since >= 2 ** 32 - SPARED ? 0 : since;
}

function forget(view: View, index: number): void {
  view.cacheRoutes.set(index, "count", 0);
}
