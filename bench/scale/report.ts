import { textTable } from "../../src/base/text-table.ts";
import type { ScaleFigures } from "./figures.ts";
import type { ScalePlan } from "./measure.ts";
import { SERVERS_EACH } from "./rules.ts";

/** The lines that a person reads. A missed target says so. */
export function describeScale(all: readonly ScaleFigures[], plan: ScalePlan): string[] {
  const head = ["", "MEDIAN", "MIN", "MAX", "TARGET", ""];
  const rows = all.map((figures) => [
    figures.name,
    figures.median.toFixed(1),
    figures.minimum.toFixed(1),
    figures.maximum.toFixed(1),
    ...(figures.target === undefined
      ? []
      : [`≤ ${figures.target}`, figures.met ? "met" : "missed"]),
  ]);
  const right = Array.from({ length: 4 }, () => "right" as const);
  return [
    `Control path, ms: ${plan.services} services of ${SERVERS_EACH} real servers, ` +
      `${plan.rounds} rounds, each with a new daemon`,
    "",
    ...textTable([head, ...rows], ["left", ...right]),
    "",
    "A request is timed by its client: both ways over the socket are in it.",
  ];
}
