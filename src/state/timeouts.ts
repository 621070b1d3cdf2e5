import { TICKS_PER_SECOND } from "../datapath/constants.ts";
import { DEFAULT_TIMEOUTS, State } from "../datapath/state.ts";
import type { View } from "../datapath/tables.ts";
import type { Timeouts } from "./rule.ts";

/**
 * The three that `ipvsadm --set` reaches; the others keep the kernel's defaults (inventory T-02).
 */
const SETTABLE = { tcp: State.ESTABLISHED, tcpFin: State.FIN_WAIT, udp: State.UDP } as const;

export const IPVS_TIMEOUTS: Timeouts = { tcp: 900, tcpFin: 120, udp: 300 };

export function writeTimeouts(view: View, timeouts: Timeouts): void {
  for (const [state, seconds] of DEFAULT_TIMEOUTS) view.timeouts[state] = toTicks(seconds);
  for (const name of ["tcp", "tcpFin", "udp"] as const) {
    view.timeouts[SETTABLE[name]] = toTicks(timeouts[name]);
  }
}

/** What an earlier daemon has set. */
export function readTimeouts(view: View): Timeouts {
  const read = (state: number) => Math.round(view.timeouts[state]! / TICKS_PER_SECOND);
  return {
    tcp: read(SETTABLE.tcp),
    tcpFin: read(SETTABLE.tcpFin),
    udp: read(SETTABLE.udp),
  };
}

function toTicks(seconds: number): number {
  return Math.round(seconds * TICKS_PER_SECOND);
}
