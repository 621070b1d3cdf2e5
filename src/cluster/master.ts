import { announceAgain, takeDue } from "./announcements.ts";
import type { Effect } from "./effect.ts";
import type { Input } from "./input.ts";
import type { Instance, Master } from "./instance.ts";
import { heard, left } from "./others.ts";
import { leaseLength } from "./timing.ts";
import {
  type Change,
  enterClaim,
  giveWay,
  isBetter,
  logged,
  stateEffect,
  unchanged,
} from "./transition.ts";

type Heard = Extract<Input, { kind: "advertisement" }>;

/** Advertisements of one contender after which it is plain that it does not hear the answers. */
const CONTENDED = 3;

/** RFC 9568 section 6.4.3. */
export function stepMaster(state: Instance, phase: Master, input: Input, now: number): Change {
  switch (input.kind) {
    case "advertisement":
      return hear(state, phase, input, now);
    case "deadline":
      return wake(state, phase, now);
    case "sent":
      if (!input.ok) return unchanged(state);
      return unchanged({
        ...state,
        phase: { ...phase, leaseUntil: Math.max(phase.leaseUntil, input.at + leaseOf(state)) },
      });
    case "group":
      return input.to === "backup"
        ? giveWay(state, state.settings.advertInterval, now)
        : unchanged(state);
    default:
      return unchanged(state);
  }
}

/**
 * The lease has ended before it was renewed: this process was stopped, or nothing could be sent.
 * Somebody else may be master by now, so that it claims again.
 */
export function lapse(state: Instance, now: number): Change {
  return logged(claimAgain(state, now), "Its lease has ended: it holds nothing any more", "warn");
}

function wake(state: Instance, phase: Master, now: number): Change {
  const { left: announcements, effects: due } = takeDue(phase.announcements, now);
  // (635) The Adver_Timer fires.
  const advertises = now >= phase.advertAt;
  const effects: Effect[] = advertises ? [advertisement(state), ...due] : [...due];
  const { advertInterval } = state.settings;
  // By the clock and not by when it woke, unless it is late by more than one.
  const next = Math.max(phase.advertAt + advertInterval, now + advertInterval / 2);
  const advertAt = advertises ? next : phase.advertAt;
  return { state: { ...state, phase: { ...phase, announcements, advertAt } }, effects };
}

function hear(state: Instance, phase: Master, input: Heard, now: number): Change {
  const { source, sourceIsHigher, advertisement: from } = input;
  const { priority, interval } = from;
  // (655) Somebody leaves who believed to be master: an answer at once.
  if (priority === 0) {
    const { contender: _, ...rest } = phase;
    return {
      state: { ...state, phase: rest, others: left(state.others, source) },
      effects: [advertisement(state)],
    };
  }
  const others = heard(state.others, source, interval, now);
  // (715) Somebody better.
  if (isBetter(state, priority, sourceIsHigher)) {
    const why = `Gives way to ${source}, whose priority is ${priority}`;
    return logged(giveWay({ ...state, others }, interval, now), why);
  }
  return contend({ ...state, others }, phase, input, now);
}

/**
 * (735) Somebody worse believes to be master: the answer comes at once, and puts it right. Who goes
 * on does not hear us, so that it will hold the addresses soon: then we must not. Later it may
 * leave, or hear us again.
 */
function contend(
  state: Instance,
  phase: Master,
  { source, advertisement: from }: Heard,
  now: number,
): Change {
  const { priority, interval } = from;
  const before = phase.contender;
  const goesOn = before?.source === source && now - before.at < 2 * interval;
  const count = goesOn ? before.count + 1 : 1;
  const lower = { kind: "lower-heard", source, priority } as const;
  if (count >= CONTENDED) {
    const { state: next, effects } = claimAgain(state, now);
    const why = `${source} with priority ${priority} does not hear us: the addresses are left to it`;
    return logged({ state: next, effects: [...effects, lower] }, why, "warn");
  }
  const announcements = announceAgain(phase.announcements, state.settings.garp, now);
  const contender = { source, count, at: now };
  return {
    state: { ...state, phase: { ...phase, announcements, contender } },
    effects: [advertisement(state), lower],
  };
}

/** Lets go without a word, and goes on advertising. To the world it is a backup. */
function claimAgain(state: Instance, now: number): Change {
  const { state: next, effects } = enterClaim(state, now);
  return { state: next, effects: [{ kind: "release" }, ...effects, stateEffect(state, "BACKUP")] };
}

function advertisement(state: Instance): Effect {
  return { kind: "advertise", priority: state.priority, lease: leaseOf(state) };
}

function leaseOf({ settings }: Instance): number {
  return leaseLength(settings.advertInterval);
}
