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
 * Where the members are to go after what some of them did: one that gives way, in a claim already,
 * takes all with it, and one that claims takes all along. Undefined where nothing has changed. Each
 * member is told by whether it leads.
 */
export function groupMove(
  before: readonly boolean[],
  now: readonly boolean[],
): "master" | "backup" | undefined {
  const pairs = now.map((leads, i) => [before[i] ?? false, leads] as const);
  if (pairs.some(([led, leads]) => led && !leads)) return "backup";
  if (pairs.some(([led, leads]) => !led && leads)) return "master";
  return undefined;
}
