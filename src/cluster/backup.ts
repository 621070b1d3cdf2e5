import type { Input } from "./input.ts";
import { heard, left } from "./others.ts";
import type { Backup, Instance } from "./phase.ts";
import { downInterval, skewBeforeClaim } from "./timing.ts";
import { type Change, enterClaim, logged, unchanged } from "./transition.ts";

type Heard = Extract<Input, { kind: "advertisement" }>;

/** RFC 9568 section 6.4.2. */
export function stepBackup(state: Instance, phase: Backup, input: Input, now: number): Change {
  switch (input.kind) {
    case "advertisement":
      return hear(state, phase, input, now);
    // (345) The Master_Down_Timer fires.
    case "deadline":
      if (now < phase.downAt) return unchanged(state);
      return logged(enterClaim(state, now), "Hears nobody better: claims the addresses");
    case "group":
      if (input.to === "master") return logged(enterClaim(state, now), "Follows its group: claims");
      return unchanged(state);
    default:
      return unchanged(state);
  }
}

function hear(state: Instance, phase: Backup, input: Heard, now: number): Change {
  const { source, advertisement } = input;
  const { priority, interval } = advertisement;
  // (420) The master leaves: the best of the backups takes over after its skew.
  if (priority === 0) {
    const { settings, priority: own } = state;
    const downAt = now + skewBeforeClaim(settings, own, phase.masterInterval);
    const others = left(state.others, source);
    const next = { ...state, others, phase: { ...phase, downAt } };
    return logged({ state: next, effects: [] }, `${source} leaves`);
  }
  const others = heard(state.others, source, interval, now);
  const { preempt, preemptDelay } = state.settings;
  const owns = state.priority === 255;
  // (455) With Preempt_Mode a lower priority does not count, and the timer runs on. The owner
  // preempts always (section 6.1, Preempt_Mode).
  if ((preempt || owns) && priority < state.priority) {
    if (preemptDelay === 0 || owns) return unchanged({ ...state, others });
    // preempt_delay of keepalived.conf(5): it counts for so long.
    const preemptAt = phase.preemptAt ?? now + preemptDelay;
    if (now >= preemptAt) return unchanged({ ...state, others, phase: { ...phase, preemptAt } });
    return unchanged({
      ...state,
      others,
      phase: restarted(state, phase, interval, now, preemptAt),
    });
  }
  // (440) Whoever is as good is the master: the timer starts again, by the master's interval.
  return unchanged({ ...state, others, phase: restarted(state, phase, interval, now) });
}

/** In version 2 both intervals are the same, or the message would not have come this far. */
function restarted(
  { settings, priority }: Instance,
  phase: Backup,
  masterInterval: number,
  now: number,
  preemptAt?: number,
): Backup {
  const downAt = now + downInterval(settings, priority, masterInterval);
  const { preemptAt: _, ...rest } = phase;
  return { ...rest, masterInterval, downAt, ...(preemptAt === undefined ? {} : { preemptAt }) };
}
