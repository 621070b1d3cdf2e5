import { textTable } from "../../src/base/text-table.ts";
import type { HealthFigures } from "./figures.ts";
import type { HealthPlan } from "./measure.ts";

/** The lines that a person reads. A missed target says so. */
export function describeHealth(figures: HealthFigures, plan: HealthPlan): string[] {
  const { cores, checks, failures, target, met } = figures;
  const numbers = [cores.median, cores.minimum, cores.maximum].map((value) => value.toFixed(2));
  const rows = [
    ["CHECKS/S", "FAILED", "CORES", "MIN", "MAX", "TARGET", ""],
    [checks.toFixed(0), String(failures), ...numbers, `< ${target}`, met ? "met" : "missed"],
  ];
  return [
    `Health: ${plan.servers} servers checked each second by TCP_CHECK, ` +
      `${plan.rounds} rounds of ${plan.seconds} s`,
    "",
    ...textTable(
      rows,
      Array.from({ length: 6 }, () => "right" as const),
    ),
  ];
}
