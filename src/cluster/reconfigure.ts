import type { Effect } from "./effect.ts";
import { begin } from "./initialize.ts";
import type { Instance } from "./phase.ts";
import type { InstanceSettings } from "./settings.ts";
import { type Change, unchanged } from "./transition.ts";

/**
 * State and lease go on, unless it is another virtual router now. What is tracked counts from the
 * configured priority: where that has changed, it is told anew.
 */
export function reconfigured(state: Instance, settings: InstanceSettings, now: number): Change {
  const { settings: old, phase } = state;
  const priority = settings.priority === old.priority ? state.priority : settings.priority;
  const next = { ...state, settings, priority };
  if (phase.kind !== "backup" && phase.kind !== "claim" && phase.kind !== "master") {
    return unchanged(next);
  }
  if (!isSameRouter(old, settings)) {
    // Nobody is told with priority 0: the message would be the new router's already.
    const { state: begun, effects } = begin(next, now);
    const held: Effect[] = phase.kind === "master" ? [{ kind: "release" }] : [];
    return { state: begun, effects: [...held, ...effects] };
  }
  if (phase.kind !== "master") return unchanged(next);
  const { advertInterval, garp } = settings;
  const effects: Effect[] = [];
  // Whoever misses the next one must have heard how long the leases are from now on.
  if (advertInterval > old.advertInterval) effects.push({ kind: "advertise", priority });
  if (addressesOf(old) !== addressesOf(settings) && garp.repeat > 0) {
    effects.push({ kind: "announce", repeat: garp.repeat });
  }
  const advertAt = Math.min(phase.advertAt, now + advertInterval);
  return { state: { ...next, phase: { ...phase, advertAt, paying: 0 } }, effects };
}

function isSameRouter(a: InstanceSettings, b: InstanceSettings): boolean {
  return (
    a.router === b.router &&
    a.interface === b.interface &&
    a.family === b.family &&
    a.version === b.version
  );
}

function addressesOf({ addresses, excluded }: InstanceSettings): string {
  return [...addresses, ...excluded].map(({ address }) => address).join(" ");
}
