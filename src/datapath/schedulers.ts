import type { Scheduler } from "./scheduler.ts";
import { lc } from "./schedulers/lc.ts";
import { rr } from "./schedulers/rr.ts";
import { wlc } from "./schedulers/wlc.ts";
import { wrr } from "./schedulers/wrr.ts";

/** In the order of enum scheduler in xdp/scheduler.h. */
export const SCHEDULERS: readonly Scheduler[] = [rr, wrr, lc, wlc];

export function schedulerIndex(name: string): number {
  return SCHEDULERS.findIndex((scheduler) => scheduler.name === name);
}
