import { announcementsOf, takeDue } from "./announcements.ts";
import { NO_CONTENDERS } from "./contenders.ts";
import type { Effect } from "./effect.ts";
import type { Backup, Claim, Instance, Master } from "./phase.ts";
import { claimLength, downInterval, VOLLEY, volleyStep } from "./timing.ts";

/** How an instance goes from one phase to another, and what is to be done on the way. */

export interface Change {
  readonly state: Instance;
  readonly effects: readonly Effect[];
}

/** RFC 9568 section 6.4.2 (365): an advertisement, and the timer for the next. Nothing is held. */
export function enterClaim(state: Instance, now: number): Change {
  const { advertInterval } = state.settings;
  const phase: Claim = {
    kind: "claim",
    advertAt: now + volleyStep(advertInterval),
    volley: VOLLEY - 1,
    readyAt: now + claimLength(advertInterval),
    asked: false,
  };
  const { priority } = state;
  return { state: { ...state, phase }, effects: [{ kind: "advertise", priority }] };
}

/** An advertisement has paid for a lease: the addresses are taken, and told of. */
export function enterMaster(
  state: Instance,
  times: Pick<Master, "leaseUntil" | "renewFrom" | "sentAt" | "advertAt" | "volley">,
  now: number,
): Change {
  const { left, effects } = takeDue(announcementsOf(state.settings.garp, now), now);
  const phase: Master = {
    kind: "master",
    ...times,
    paying: 0,
    announcements: left,
    contenders: NO_CONTENDERS,
  };
  const message = "Is master, and holds the addresses";
  return {
    state: { ...state, phase },
    effects: [{ kind: "hold" }, ...effects, { kind: "log", level: "info", message }],
  };
}

/**
 * Whoever has advertised lets go first, and only then says with priority 0 that it has: who waits
 * for it need not wait for its lease to end (RFC 9568 section 6.4.3 (605) for a shutdown).
 */
function letGo(state: Instance): readonly Effect[] {
  const { kind } = state.phase;
  if (kind !== "claim" && kind !== "master") return [];
  const held: Effect[] = kind === "master" ? [{ kind: "release" }] : [];
  return [...held, { kind: "advertise", priority: 0 }];
}

/** Out of the election: into a fault, or for ever. */
export function depart(state: Instance, kind: "fault" | "stopped"): Change {
  return { state: { ...state, phase: { kind } }, effects: letGo(state) };
}

/** Somebody better is there, or the group is backup: the Master_Down_Timer runs from now on. */
export function giveWay(state: Instance, masterInterval: number, now: number): Change {
  const downAt = now + downInterval(state.settings, state.priority, masterInterval);
  const phase: Backup = { kind: "backup", masterInterval, downAt };
  return { state: { ...state, phase }, effects: letGo(state) };
}

/** RFC 9568 section 6.4.3 (715): a higher priority, or the same and a higher address. */
export function isBetter(
  { priority: own }: Pick<Instance, "priority">,
  priority: number,
  sourceIsHigher: boolean,
): boolean {
  return priority > own || (priority === own && sourceIsHigher);
}

export function unchanged(state: Instance): Change {
  return { state, effects: [] };
}

export function logged(
  { state, effects }: Change,
  message: string,
  level: "info" | "warn" = "info",
): Change {
  return { state, effects: [{ kind: "log", level, message }, ...effects] };
}
