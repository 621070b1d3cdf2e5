import type { State } from "./effect.ts";

/** A sync group: its members move together (keepalived.conf(5) vrrp_sync_group). */

/** What a group is: master when all are, at fault when one is. */
export function groupState(members: readonly State[]): State {
  if (members.length === 0) return "INIT";
  if (members.includes("FAULT")) return "FAULT";
  for (const state of ["MASTER", "STOP", "INIT"] as const) {
    if (members.every((member) => member === state)) return state;
  }
  return "BACKUP";
}

/**
 * Where the members are to go after what some of them did: one that has let go takes all with it,
 * one that has taken its addresses too. Undefined where nothing has changed.
 */
export function groupMove(
  before: readonly State[],
  now: readonly State[],
): "master" | "backup" | undefined {
  const pairs = now.map((state, i) => [before[i], state] as const);
  if (pairs.some(([was, is]) => was === "MASTER" && is !== "MASTER")) return "backup";
  if (pairs.some(([was, is]) => was !== "MASTER" && is === "MASTER")) return "master";
  return undefined;
}
