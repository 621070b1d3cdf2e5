import type { Input } from "./input.ts";
import type { Claim, Instance } from "./instance.ts";
import { freeAt, heard, left } from "./others.ts";
import { claimLength, leaseLength } from "./timing.ts";
import {
  type Change,
  enterMaster,
  giveWay,
  isBetter,
  logged,
  unchanged,
  VOLLEY,
} from "./transition.ts";

/**
 * A claimant advertises as a master does (RFC 9568 section 6.4.3) and holds nothing yet. It takes
 * the addresses when its claim is over, in which three advertisements gave everybody the chance to
 * object, and when nobody who was heard as master can hold them any more.
 */
export function stepClaim(state: Instance, phase: Claim, input: Input, now: number): Change {
  switch (input.kind) {
    case "advertisement":
      return hear(state, phase, input, now);
    case "deadline":
      return wake(state, phase, now);
    case "sent":
      return sent(state, phase, input, now);
    case "group":
      return input.to === "backup"
        ? giveWay(state, state.settings.advertInterval, now)
        : unchanged(state);
    default:
      return unchanged(state);
  }
}

/** When a claimant may take the addresses. */
export function holdAt({ settings, others }: Instance, { since }: Claim): number {
  return Math.max(since + claimLength(settings.advertInterval), freeAt(others));
}

function wake(state: Instance, phase: Claim, now: number): Change {
  const { settings, priority } = state;
  if (!phase.asked && now >= holdAt(state, phase)) {
    const lease = leaseLength(settings.advertInterval);
    const advertAt = now + settings.advertInterval;
    const next = { ...state, phase: { ...phase, asked: true, volley: 0, advertAt } };
    return { state: next, effects: [{ kind: "advertise", priority, lease }] };
  }
  if (now < phase.advertAt) return unchanged(state);
  const third = Math.round(claimLength(settings.advertInterval) / VOLLEY);
  const advertAt = now + (phase.volley > 1 ? third : settings.advertInterval);
  const volley = Math.max(0, phase.volley - 1);
  const next = { ...state, phase: { ...phase, volley, advertAt } };
  return { state: next, effects: [{ kind: "advertise", priority }] };
}

function sent(
  state: Instance,
  phase: Claim,
  { at, ok }: Extract<Input, { kind: "sent" }>,
  now: number,
): Change {
  if (!phase.asked) return unchanged(state);
  if (ok) return enterMaster(state, at + leaseLength(state.settings.advertInterval), now);
  // Whoever cannot say that it holds does not: the claim begins again.
  const advertAt = now + state.settings.advertInterval;
  return unchanged({
    ...state,
    phase: { ...phase, since: now, asked: false, volley: 0, advertAt },
  });
}

function hear(
  state: Instance,
  phase: Claim,
  { source, sourceIsHigher, advertisement }: Extract<Input, { kind: "advertisement" }>,
  now: number,
): Change {
  const { priority, interval } = advertisement;
  // RFC 9568 section 6.4.3 (655): an answer at once.
  if (priority === 0) {
    const others = left(state.others, source);
    return {
      state: { ...state, others },
      effects: [{ kind: "advertise", priority: state.priority }],
    };
  }
  const others = heard(state.others, source, interval, now);
  if (isBetter(state, priority, sourceIsHigher)) {
    return logged(
      giveWay({ ...state, others }, interval, now),
      `Gives way to ${source}, whose priority is ${priority}`,
    );
  }
  // (735) Whoever is worse is told at once who else there is.
  const answer = { kind: "advertise", priority: state.priority } as const;
  return { state: { ...state, others, phase }, effects: [answer] };
}
