import { textTable } from "../../src/base/text-table.ts";
import type { JitterFigures } from "./figures.ts";
import type { JitterPlan, JitterSample } from "./measure.ts";

const MILLISECONDS = 1_000;

/** The lines that a person reads. A missed target says so. */
export function describeJitter(
  figures: readonly JitterFigures[],
  samples: readonly JitterSample[],
  plan: JitterPlan,
): string[] {
  const rows = figures.map((each) => [
    `${each.what === "control" ? "only waking" : "advertising"} every ${each.interval} s`,
    String(each.count),
    ...[each.median, each.most99, each.maximum].map(milliseconds),
    `≤ ${each.target / MILLISECONDS}`,
    String(each.beyond),
    each.met ? "met" : "missed",
  ]);
  const total = (of: (sample: JitterSample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0);
  const seconds = plan.rounds * plan.seconds;
  const listings = (total(({ asked }) => asked.listings) / seconds).toFixed(0);
  const changes = (total(({ asked }) => asked.changes) / seconds).toFixed(0);
  const lapses = total((sample) => sample.lapses);
  return [
    `Jitter: ms from the interval, ${plan.servers} servers checked each second, ` +
      `${plan.rounds} rounds of ${plan.seconds} s`,
    "",
    ...textTable(
      [["", "TIMES", "MEDIAN", "99 %", "MAX", "TARGET", "BEYOND", ""], ...rows],
      ["left", "right", "right", "right", "right", "right", "right"],
    ),
    "",
    `The API gave ${listings} listings and took ${changes} changes a second. ` +
      (lapses === 0 ? "No lease lapsed." : `Leases lapsed: ${lapses}.`),
  ];
}

function milliseconds(value: number): string {
  return (value / MILLISECONDS).toFixed(3);
}
