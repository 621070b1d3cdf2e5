import { REASONS_MAX } from "./constants.ts";
import { REASONS, type Reason, reasonIndex } from "./reason.ts";
import type { View } from "./tables.ts";

/** The counters of reasons, one row of REASONS_MAX a CPU. */

export function countReason(view: View, reason: Reason): void {
  const index = reasonIndex(reason);
  view.reasons[index] = view.reasons[index]! + 1n;
}

/** How often each reason was given, over all CPUs. */
export function readReasons(view: View): Map<Reason, bigint> {
  const totals = new Map<Reason, bigint>();
  for (const [index, reason] of REASONS.entries()) {
    let total = 0n;
    for (let cpu = 0; cpu < view.tables.dimensions.cpus; cpu++) {
      total += view.reasons[cpu * REASONS_MAX + index]!;
    }
    totals.set(reason, total);
  }
  return totals;
}
