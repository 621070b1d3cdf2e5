import type { Input } from "./input.ts";
import { beginListening, freeAt } from "./others.ts";
import type { Backup, Instance } from "./phase.ts";
import { claimLength, downInterval, leaseLength, VOLLEY, volleyStep } from "./timing.ts";
import { type Change, enterMaster, logged, unchanged } from "./transition.ts";

/** RFC 9568 section 6.4.1. */
export function stepInitialize(state: Instance, input: Input, now: number): Change {
  if (input.kind === "recovered") return begin(state, now);
  if (input.kind !== "start") return unchanged(state);
  const { leaseUntil } = input;
  if (leaseUntil === undefined || leaseUntil <= now) return begin(state, now);
  return resume(state, leaseUntil, now);
}

/** Out of the fault the instance starts anew. */
export function stepFault(state: Instance, input: Input, now: number): Change {
  if (input.kind !== "recovered") return unchanged(state);
  return logged(begin(state, now), "Is no longer at fault");
}

/**
 * (145) It is backup, also with `state MASTER`, as keepalived does it. (105) The owner of the
 * addresses would be master at once: but a director that died a moment ago may still hold by its
 * lease, so that the owner listens first like all others. Nobody claims while it could not take the
 * addresses yet: whoever is master would let go for nothing.
 */
export function begin(state: Instance, now: number): Change {
  const { settings, priority } = state;
  const { advertInterval } = settings;
  const others = beginListening(advertInterval, now);
  const down = now + downInterval(settings, priority, advertInterval);
  const downAt = Math.max(down, freeAt(others) - claimLength(advertInterval));
  const phase: Backup = { kind: "backup", masterInterval: advertInterval, downAt };
  return logged(unchanged({ ...state, others, phase }), "Is backup");
}

/**
 * The daemon before this one was master a moment ago, and what it advertised still counts. Somebody
 * may have claimed while nobody listened here: the lease is renewed only when a claim's time has
 * passed in which nobody better was heard. Where too little of it is left, it lapses.
 */
function resume(state: Instance, leaseUntil: number, now: number): Change {
  const { advertInterval } = state.settings;
  const times = {
    leaseUntil,
    sentAt: leaseUntil - leaseLength(advertInterval),
    renewFrom: now + claimLength(advertInterval),
    advertAt: now + volleyStep(advertInterval),
    volley: VOLLEY - 1,
  };
  const { state: next, effects } = enterMaster(state, times, now);
  const advertise = { kind: "advertise", priority: state.priority } as const;
  const message = "Goes on as master within its lease";
  return logged({ state: next, effects: [advertise, ...effects] }, message);
}
