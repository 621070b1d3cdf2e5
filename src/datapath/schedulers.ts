import type { Scheduler } from "./scheduler.ts";
import { dh } from "./schedulers/dh.ts";
import { fo } from "./schedulers/fo.ts";
import { lblc } from "./schedulers/lblc.ts";
import { lblcr } from "./schedulers/lblcr.ts";
import { lc } from "./schedulers/lc.ts";
import { mh } from "./schedulers/mh.ts";
import { nq } from "./schedulers/nq.ts";
import { ovf } from "./schedulers/ovf.ts";
import { rr } from "./schedulers/rr.ts";
import { sed } from "./schedulers/sed.ts";
import { sh } from "./schedulers/sh.ts";
import { twos } from "./schedulers/twos.ts";
import { wlc } from "./schedulers/wlc.ts";
import { wrr } from "./schedulers/wrr.ts";

/** In the order of enum scheduler in xdp/scheduler.h. */
export const SCHEDULERS: readonly Scheduler[] = [
  rr,
  wrr,
  lc,
  wlc,
  sed,
  nq,
  fo,
  ovf,
  lblc,
  lblcr,
  dh,
  sh,
  mh,
  twos,
];

export function schedulerIndex(name: string): number {
  return SCHEDULERS.findIndex((scheduler) => scheduler.name === name);
}
