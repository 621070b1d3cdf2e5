import type { Input } from "./input.ts";
import type { Instance } from "./instance.ts";
import { leaseLength } from "./timing.ts";
import {
  type Change,
  enterBackup,
  enterClaim,
  enterMaster,
  logged,
  unchanged,
} from "./transition.ts";

/** RFC 9568 section 6.4.1. */
export function stepInitialize(state: Instance, input: Input, now: number): Change {
  if (input.kind !== "start")
    return input.kind === "recovered" ? begin(state, now) : unchanged(state);
  if (input.leaseUntil === undefined || input.leaseUntil <= now) return begin(state, now);
  return resume(state, input.leaseUntil, now);
}

/** Out of the fault the instance starts anew. */
export function stepFault(state: Instance, input: Input, now: number): Change {
  if (input.kind !== "recovered") return unchanged(state);
  return logged(begin(state, now), "Is no longer at fault");
}

/**
 * (105) The owner of the addresses is master at once, as far as the RFC goes: it claims. (145) All
 * others are backup, also with `state MASTER`, as keepalived does it.
 */
function begin(state: Instance, now: number): Change {
  if (state.priority === 255)
    return logged(enterClaim(state, now), "Owns the addresses: claims them");
  return logged(enterBackup(state, state.settings.advertInterval, now), "Is backup");
}

/**
 * The daemon before this one was master a moment ago, and what it advertised still counts. Nobody
 * else can have taken over, so that this one goes on in its place.
 */
function resume(state: Instance, leaseUntil: number, now: number): Change {
  const { state: next, effects } = enterMaster(state, leaseUntil, now);
  const lease = {
    kind: "advertise",
    priority: state.priority,
    lease: leaseLength(state.settings.advertInterval),
  } as const;
  return logged(
    { state: next, effects: [lease, ...effects] },
    "Goes on as master within its lease",
  );
}
