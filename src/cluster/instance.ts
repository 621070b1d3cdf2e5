import type { Announcements } from "./announcements.ts";
import { stepBackup } from "./backup.ts";
import { holdAt, stepClaim } from "./claim.ts";
import type { Effect } from "./effect.ts";
import { stepFault, stepInitialize } from "./initialize.ts";
import type { Input } from "./input.ts";
import { lapse, stepMaster } from "./master.ts";
import { NO_OTHERS, type Others } from "./others.ts";
import type { InstanceSettings } from "./settings.ts";
import { type Change, depart, logged } from "./transition.ts";

/**
 * A virtual router on one interface: the state machine of RFC 9568 section 6.4, and of RFC 3768
 * section 6.4 for version 2, with one state more. Whom the RFC calls master is here first a
 * claimant, who advertises and holds nothing, and then a master, who holds the addresses by a lease
 * that each advertisement renews. Between the two lies the proof that nobody else holds them: that
 * nobody better answers, and that everybody who was heard before has said that it left, or can hold
 * no longer.
 *
 * All times are in microseconds of one clock.
 */
export interface Instance {
  readonly settings: InstanceSettings;
  /** With what is tracked: 1 to 254, or 255 for the owner of the addresses. */
  readonly priority: number;
  /** Who else may hold the addresses now. */
  readonly others: Others;
  readonly phase: Phase;
}

export type Phase = Initialize | Backup | Claim | Master | Fault | Stopped;

export interface Initialize {
  readonly kind: "initialize";
}

export interface Backup {
  readonly kind: "backup";
  /** Master_Adver_Interval: of whom it heard last, or its own. */
  readonly masterInterval: number;
  /** When the Master_Down_Timer fires. */
  readonly downAt: number;
  /** Until when it puts up with a master of a lower priority (preempt_delay). */
  readonly preemptAt?: number;
}

export interface Claim {
  readonly kind: "claim";
  readonly since: number;
  readonly advertAt: number;
  /** Advertisements of the opening volley that are still to come. */
  readonly volley: number;
  /** The advertisement that pays for the lease is on its way. */
  readonly asked: boolean;
}

export interface Master {
  readonly kind: "master";
  readonly advertAt: number;
  /** The end of the lease that the last advertisement paid for. */
  readonly leaseUntil: number;
  readonly announcements: Announcements;
  /** Somebody with a lower priority who goes on although it was answered. */
  readonly contender?: { readonly source: string; readonly count: number; readonly at: number };
}

/** `because` is told when it ends. */
export interface Fault {
  readonly kind: "fault";
}

export interface Stopped {
  readonly kind: "stopped";
}

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

export function stepInstance(state: Instance, input: Input, now: number): Step {
  const { phase } = state;
  // A thread that slept over the end of its lease holds nothing, whatever it hears first.
  const lapsed = phase.kind === "master" && now >= phase.leaseUntil ? lapse(state, now) : undefined;
  const { state: current, effects: before } = lapsed ?? { state, effects: [] };
  const { state: next, effects } = react(current, input, now);
  return { state: next, effects: [...before, ...effects], deadline: deadlineOf(next) };
}

/** What every phase does the same, and then what each does of its own. */
function react(state: Instance, input: Input, now: number): Change {
  if (state.phase.kind === "stopped") return { state, effects: [] };
  switch (input.kind) {
    case "stop":
      return depart(state, { kind: "stopped" }, "STOP");
    case "fault":
      return state.phase.kind === "fault"
        ? { state, effects: [] }
        : logged(
            depart(state, { kind: "fault" }, "FAULT"),
            `Is at fault: ${input.because}`,
            "warn",
          );
    case "priority":
      return { state: { ...state, priority: input.priority }, effects: [] };
    case "reconfigure":
      return { state: reconfigured(state, input.settings), effects: [] };
    case "group":
      if (input.to === "fault") return depart(state, { kind: "fault" }, "FAULT");
  }
  switch (state.phase.kind) {
    case "initialize":
      return stepInitialize(state, input, now);
    case "backup":
      return stepBackup(state, state.phase, input, now);
    case "claim":
      return stepClaim(state, state.phase, input, now);
    case "master":
      return stepMaster(state, state.phase, input, now);
    case "fault":
      return stepFault(state, input, now);
  }
}

/** What is tracked counts from the configured priority; where that has changed it is told anew. */
function reconfigured(state: Instance, settings: InstanceSettings): Instance {
  const kept = settings.priority === state.settings.priority;
  return { ...state, settings, priority: kept ? state.priority : settings.priority };
}

function deadlineOf(state: Instance): number | undefined {
  const { phase } = state;
  switch (phase.kind) {
    case "backup":
      return phase.downAt;
    case "claim":
      return phase.asked ? phase.advertAt : Math.min(phase.advertAt, holdAt(state, phase));
    case "master": {
      const [next] = phase.announcements;
      return Math.min(phase.advertAt, phase.leaseUntil, next?.at ?? Number.POSITIVE_INFINITY);
    }
    default:
      return undefined;
  }
}
