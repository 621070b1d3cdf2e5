import { textTable } from "../../src/base/text-table.ts";
import type { FailoverFigures } from "./figures.ts";
import type { FailoverPlan } from "./measure.ts";

/** The lines that a person reads. A missed bound says so. */
export function describeFailover(
  figures: readonly FailoverFigures[],
  plan: FailoverPlan,
): string[] {
  const rows = figures.map((each) => [
    `v${each.version}, every ${each.interval} s`,
    each.event,
    ...[each.median, each.minimum, each.maximum, each.rfc].map((ms) => ms.toFixed(0)),
    `≤ ${each.bound.toFixed(0)}`,
    each.met ? "met" : "missed",
  ]);
  return [
    `Fail-over: ms without an answer for a client that asks every 2 ms, ${plan.rounds} rounds`,
    "",
    ...textTable(
      [["ELECTION", "MASTER", "MEDIAN", "MIN", "MAX", "RFC", "BOUND", ""], ...rows],
      ["left", "left", "right", "right", "right", "right", "right"],
    ),
  ];
}
