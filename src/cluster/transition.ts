import { announcementsOf } from "./announcements.ts";
import type { Effect, State } from "./effect.ts";
import type { Backup, Instance, Phase } from "./instance.ts";
import { claimLength, downInterval } from "./timing.ts";

/** How an instance goes from one phase to another, and what is to be done on the way. */

export interface Change {
  readonly state: Instance;
  readonly effects: readonly Effect[];
}

/** Advertisements that open a claim, one after each third of it. */
export const VOLLEY = 3;

/** RFC 9568 section 6.4.1 (155): the Master_Down_Timer runs from now on. */
export function enterBackup(state: Instance, masterInterval: number, now: number): Change {
  const { settings, priority } = state;
  const downAt = now + downInterval(settings, priority, masterInterval);
  const phase: Backup = { kind: "backup", masterInterval, downAt };
  return { state: { ...state, phase }, effects: [stateEffect(state, "BACKUP")] };
}

/** RFC 9568 section 6.4.2 (365): an advertisement, and the timer for the next. Nothing is held. */
export function enterClaim(state: Instance, now: number): Change {
  const third = Math.round(claimLength(state.settings.advertInterval) / VOLLEY);
  const phase: Phase = {
    kind: "claim",
    since: now,
    advertAt: now + third,
    volley: VOLLEY - 1,
    asked: false,
  };
  const { priority } = state;
  return { state: { ...state, phase }, effects: [{ kind: "advertise", priority }] };
}

/** The advertisement that pays for the lease was sent: the addresses are taken, and told of. */
export function enterMaster(state: Instance, leaseUntil: number, now: number): Change {
  const { settings } = state;
  const phase: Phase = {
    kind: "master",
    advertAt: now + settings.advertInterval,
    leaseUntil,
    announcements: announcementsOf(settings.garp, now),
  };
  return {
    state: { ...state, phase },
    effects: [
      { kind: "hold" },
      { kind: "log", level: "info", message: "Is master, and holds the addresses" },
      stateEffect(state, "MASTER"),
    ],
  };
}

/**
 * Whoever has advertised lets go first, and only then says with priority 0 that it has: who waits
 * for it need not wait for its lease to end (RFC 9568 section 6.4.3 (605) for a shutdown).
 */
export function letGo(state: Instance): readonly Effect[] {
  const { kind } = state.phase;
  if (kind !== "claim" && kind !== "master") return [];
  const held: Effect[] = kind === "master" ? [{ kind: "release" }] : [];
  return [...held, { kind: "advertise", priority: 0 }];
}

/** Out of the election: into a fault, or for ever. */
export function depart(state: Instance, phase: Phase, name: State): Change {
  return {
    state: { ...state, phase },
    effects: [...letGo(state), stateEffect(state, name)],
  };
}

/** Somebody better is there. */
export function giveWay(state: Instance, masterInterval: number, now: number): Change {
  const { state: next, effects } = enterBackup(state, masterInterval, now);
  return { state: next, effects: [...letGo(state), ...effects] };
}

/** RFC 9568 section 6.4.3 (715): a higher priority, or the same and a higher address. */
export function isBetter(
  { priority: own }: Pick<Instance, "priority">,
  priority: number,
  sourceIsHigher: boolean,
): boolean {
  return priority > own || (priority === own && sourceIsHigher);
}

export function stateEffect({ priority }: Instance, state: State): Effect {
  return { kind: "state", state, priority };
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
