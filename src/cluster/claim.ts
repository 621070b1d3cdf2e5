import type { Input } from "./input.ts";
import { freeAt, heard, left } from "./others.ts";
import type { Claim, Instance } from "./phase.ts";
import { answerTime, claimLength, leaseLength, VOLLEY, volleyStep } from "./timing.ts";
import {
  type Change,
  enterClaim,
  enterMaster,
  giveWay,
  isBetter,
  logged,
  unchanged,
} from "./transition.ts";

/**
 * A claimant advertises as a master does (RFC 9568 section 6.4.3) and holds nothing yet. It takes
 * the addresses when its claim is over, in which three advertisements gave everybody the chance to
 * object, and when nobody who was heard as master can hold them any more.
 */
export function stepClaim(state: Instance, phase: Claim, input: Input, now: number): Change {
  switch (input.kind) {
    case "advertisement":
      return hear(state, input, now);
    case "deadline":
      return wake(state, phase, now);
    case "sent":
      return sent(state, phase, input, now);
    case "group":
      if (input.to !== "backup") return unchanged(state);
      return giveWay(state, state.settings.advertInterval, now);
    default:
      return unchanged(state);
  }
}

/** When a claimant is to be woken. */
export function claimDeadline({ others }: Instance, phase: Claim): number {
  if (phase.volley > 0 || phase.asked) return phase.advertAt;
  return Math.min(phase.advertAt, Math.max(phase.readyAt, freeAt(others)));
}

function wake(state: Instance, phase: Claim, now: number): Change {
  const { settings, priority, others } = state;
  const { advertInterval } = settings;
  // What was said before it slept so long is forgotten: the claim begins anew.
  if (now - phase.advertAt > advertInterval / 2) return enterClaim(state, now);
  const { volley, readyAt } = phase;
  if (volley === 0 && !phase.asked && now >= Math.max(readyAt, freeAt(others))) {
    const asking: Claim = { ...phase, asked: true, advertAt: now + advertInterval };
    const lease = leaseLength(advertInterval);
    return {
      state: { ...state, phase: asking },
      effects: [{ kind: "advertise", priority, lease }],
    };
  }
  if (now < phase.advertAt) return unchanged(state);
  const next: Claim = {
    ...phase,
    volley: Math.max(0, volley - 1),
    advertAt: now + (volley > 1 ? volleyStep(advertInterval) : advertInterval),
    readyAt: volley === 1 ? now + answerTime(advertInterval) : readyAt,
  };
  return { state: { ...state, phase: next }, effects: [{ kind: "advertise", priority }] };
}

/**
 * Whoever cannot say that it claims, or holds, does not: the claim begins again, a little later. So
 * it does where it was stopped since: somebody may have claimed meanwhile, who is not heard yet.
 */
function sent(
  state: Instance,
  phase: Claim,
  { at, ok }: Extract<Input, { kind: "sent" }>,
  now: number,
): Change {
  const { advertInterval } = state.settings;
  const inTime = now - at < claimLength(advertInterval);
  if (!ok || !inTime) {
    const advertAt = now + advertInterval;
    return unchanged({ ...state, phase: { ...phase, advertAt, volley: VOLLEY, asked: false } });
  }
  if (!phase.asked) return unchanged(state);
  const leaseUntil = at + leaseLength(advertInterval);
  const times = { leaseUntil, renewFrom: now, sentAt: at, advertAt: phase.advertAt, volley: 0 };
  return enterMaster(state, times, now);
}

function hear(
  state: Instance,
  { source, sourceIsHigher, advertisement }: Extract<Input, { kind: "advertisement" }>,
  now: number,
): Change {
  const { priority, interval } = advertisement;
  const answer = { kind: "advertise", priority: state.priority } as const;
  // RFC 9568 section 6.4.3 (655): an answer at once.
  if (priority === 0) {
    return { state: { ...state, others: left(state.others, source) }, effects: [answer] };
  }
  const others = heard(state.others, source, interval, now);
  if (isBetter(state, priority, sourceIsHigher)) {
    const why = `Gives way to ${source}, whose priority is ${priority}`;
    return logged(giveWay({ ...state, others }, interval, now), why);
  }
  // (735) Whoever is worse is told at once who else there is.
  return { state: { ...state, others }, effects: [answer] };
}
