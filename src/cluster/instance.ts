import { stepBackup } from "./backup.ts";
import { claimDeadline, stepClaim } from "./claim.ts";
import type { Effect, State } from "./effect.ts";
import { stepFault, stepInitialize } from "./initialize.ts";
import type { Input } from "./input.ts";
import { lapse, stepMaster } from "./master.ts";
import { NO_OTHERS } from "./others.ts";
import type { Instance, Phase } from "./phase.ts";
import { reconfigured } from "./reconfigure.ts";
import type { InstanceSettings } from "./settings.ts";
import { type Change, depart, logged, unchanged } from "./transition.ts";

export interface Step {
  readonly state: Instance;
  readonly effects: readonly Effect[];
  /** Undefined where only an input can change anything. */
  readonly deadline: number | undefined;
}

/** Before anything is known of its interface. */
export function beginInstance(settings: InstanceSettings): Instance {
  const { priority } = settings;
  return { settings, priority, others: NO_OTHERS, phase: { kind: "initialize" } };
}

/**
 * What an input changes. The deadline lies after `now`, and whatever the instance is to the world
 * is told last.
 */
export function stepInstance(state: Instance, input: Input, now: number): Step {
  const { phase } = state;
  // A thread that slept over the end of its lease holds nothing, whatever it hears first.
  const lapsed = phase.kind === "master" && now >= phase.leaseUntil ? lapse(state, now) : undefined;
  const { state: current, effects: before } = lapsed ?? unchanged(state);
  const { state: next, effects } = react(current, input, now);
  const due = deadlineOf(next);
  return {
    state: next,
    effects: [...before, ...effects, ...told(state, next)],
    deadline: due === undefined ? undefined : Math.max(due, now + 1),
  };
}

/** What every phase does the same, and then what each does of its own. */
function react(state: Instance, input: Input, now: number): Change {
  const { phase } = state;
  if (phase.kind === "stopped") return unchanged(state);
  switch (input.kind) {
    case "stop":
      return depart(state, "stopped");
    case "fault":
      if (phase.kind === "fault") return unchanged(state);
      return logged(depart(state, "fault"), `Is at fault: ${input.because}`, "warn");
    case "priority":
      return prioritized(state, input.priority);
    case "reconfigure":
      return reconfigured(state, input.settings, now);
  }
  switch (phase.kind) {
    case "initialize":
      return stepInitialize(state, input, now);
    case "backup":
      return stepBackup(state, phase, input, now);
    case "claim":
      return stepClaim(state, phase, input, now);
    case "master":
      return stepMaster(state, phase, input, now);
    case "fault":
      return stepFault(state, input, now);
  }
}

/** The others hear of it with the next advertisement. */
function prioritized(state: Instance, priority: number): Change {
  if (priority === state.priority) return unchanged(state);
  const message = `Its priority is ${priority} now, and was ${state.priority}`;
  return logged(unchanged({ ...state, priority }), message);
}

/** Whether it is what the RFC calls master: it advertises, and holds or claims. */
export function leads({ phase }: Instance): boolean {
  return phase.kind === "claim" || phase.kind === "master";
}

/** The world hears of a state that has changed, and of a priority where it wants to. */
function told(before: Instance, after: Instance): readonly Effect[] {
  const state = STATES[after.phase.kind];
  const { priority } = after;
  const changed = STATES[before.phase.kind] !== state;
  const asked = after.settings.notifiesPriority && before.priority !== priority;
  return changed || asked ? [{ kind: "state", state, priority }] : [];
}

/** A claimant holds nothing: to the world it is still a backup. */
const STATES: Readonly<Record<Phase["kind"], State>> = {
  initialize: "INIT",
  backup: "BACKUP",
  claim: "BACKUP",
  master: "MASTER",
  fault: "FAULT",
  stopped: "STOP",
};

function deadlineOf(state: Instance): number | undefined {
  const { phase } = state;
  switch (phase.kind) {
    case "backup":
      return phase.downAt;
    case "claim":
      return claimDeadline(state, phase);
    case "master": {
      const [next] = phase.announcements;
      return Math.min(phase.advertAt, phase.leaseUntil, next?.at ?? Number.POSITIVE_INFINITY);
    }
    default:
      return undefined;
  }
}
