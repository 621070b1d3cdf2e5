import { announceAgain, takeDue } from "./announcements.ts";
import { contend, NO_CONTENDERS } from "./contenders.ts";
import type { Effect } from "./effect.ts";
import type { Input } from "./input.ts";
import { heard, left } from "./others.ts";
import type { Instance, Master } from "./phase.ts";
import { renewal, VOLLEY, volleyStep } from "./timing.ts";
import { type Change, enterClaim, giveWay, isBetter, logged, unchanged } from "./transition.ts";

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
    case "sent": {
      if (!input.ok) return unchanged(state);
      const sentAt = input.at;
      const leaseUntil = phase.paying > 0 ? sentAt + phase.paying : phase.leaseUntil;
      return unchanged({ ...state, phase: { ...phase, sentAt, leaseUntil } });
    }
    case "group":
      if (input.to !== "backup") return unchanged(state);
      return giveWay(state, state.settings.advertInterval, now);
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
  if (now < phase.advertAt) {
    return { state: { ...state, phase: { ...phase, announcements } }, effects: due };
  }
  // (635) The Adver_Timer fires.
  const { advertInterval } = state.settings;
  // Who was silent for long says it more than once: a rival that waits must not miss it.
  const late = now - phase.advertAt > advertInterval / 2;
  const volley = late ? VOLLEY - 1 : Math.max(0, phase.volley - 1);
  // By the clock and not by when it woke, unless it is late.
  const regular = Math.max(phase.advertAt + advertInterval, now + advertInterval / 2);
  const advertAt =
    volley > 0
      ? now + volleyStep(advertInterval)
      : now < phase.renewFrom
        ? phase.renewFrom
        : regular;
  return advertise(state, { ...phase, announcements, advertAt, volley }, now, due);
}

function hear(state: Instance, phase: Master, input: Heard, now: number): Change {
  const { source, sourceIsHigher, advertisement: from } = input;
  const { priority, interval } = from;
  // (655) Somebody leaves who believed to be master: an answer at once, and the next in its time.
  if (priority === 0) {
    const advertAt = now + state.settings.advertInterval;
    const next: Master = { ...phase, advertAt, volley: 0, contenders: NO_CONTENDERS };
    return advertise({ ...state, others: left(state.others, source) }, next, now);
  }
  const others = heard(state.others, source, interval, now);
  // (715) Somebody better.
  if (isBetter(state, priority, sourceIsHigher)) {
    const why = `Gives way to ${source}, whose priority is ${priority}`;
    return logged(yieldTo({ ...state, others }, interval, now), why);
  }
  return contended({ ...state, others }, phase, input, now);
}

/** higher_prio_send_advert of keepalived.conf(5): one more before it is backup, without a lease. */
function yieldTo(state: Instance, interval: number, now: number): Change {
  const { state: next, effects } = giveWay(state, interval, now);
  if (!state.settings.higherPrioritySendsAdvert) return { state: next, effects };
  const [release, ...rest] = effects;
  const last = { kind: "advertise", priority: state.priority } as const;
  return { state: next, effects: [release!, last, ...rest] };
}

/**
 * (735) Somebody worse believes to be master: the answer comes at once, and again, and puts it
 * right. Who goes on does not hear us, so that it will hold the addresses soon: then we must not.
 * Later it may leave, or hear us again.
 */
function contended(
  state: Instance,
  phase: Master,
  { source, advertisement: from }: Heard,
  now: number,
): Change {
  const { priority, interval } = from;
  const { garp, advertInterval } = state.settings;
  const { contenders, count } = contend(phase.contenders, source, interval, now);
  const lower = { kind: "lower-heard", source, priority } as const;
  if (count >= CONTENDED) {
    const { state: next, effects } = claimAgain(state, now);
    const why = `${source} with priority ${priority} does not hear us: it is left to hold`;
    return logged({ state: next, effects: [...effects, lower] }, why, "warn");
  }
  const next: Master = {
    ...phase,
    advertAt: now + volleyStep(advertInterval),
    volley: VOLLEY - 1,
    announcements: announceAgain(phase.announcements, garp, now),
    contenders,
  };
  return advertise(state, next, now, [lower]);
}

/** Lets go without a word, and goes on advertising. To the world it is a backup. */
function claimAgain(state: Instance, now: number): Change {
  const { state: next, effects } = enterClaim(state, now);
  return { state: next, effects: [{ kind: "release" }, ...effects] };
}

/** Sends an advertisement, which pays for a lease if it may. */
function advertise(
  state: Instance,
  phase: Master,
  now: number,
  more: readonly Effect[] = [],
): Change {
  const { settings, priority } = state;
  const lease = now < phase.renewFrom ? 0 : renewal(settings.advertInterval, phase.sentAt, now);
  const effect: Effect = { kind: "advertise", priority, ...(lease > 0 ? { lease } : {}) };
  return { state: { ...state, phase: { ...phase, paying: lease } }, effects: [effect, ...more] };
}
