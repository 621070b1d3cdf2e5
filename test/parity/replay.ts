import type { Machine, Met } from "./machine.ts";
import { shrink } from "./shrink.ts";
import { shrinkRules } from "./shrink-rules.ts";
import { describeStep, type Step } from "./step.ts";

/** Runs the steps from scratch up to the first difference, which it gives in words. */
export function replay(machine: Machine, steps: readonly Step[]): string | undefined {
  machine.restart();
  for (const step of steps) {
    const { difference } = machine.take(step);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** The fewest of the steps that differ still, and what happened at each of them. */
export function shrunkTranscript(machine: Machine, steps: readonly Step[], first: string): string {
  const fails = (some: readonly Step[]) => replay(machine, some) !== undefined;
  const fewest = shrinkRules(shrink(steps, fails), fails);
  if (replay(machine, fewest) === undefined) {
    return `${steps.length} steps differ, but not when they are run again: ${first}`;
  }
  const of = `${fewest.length} of ${steps.length} steps differ still`;
  return [of, ...transcript(machine, fewest)].join("\n");
}

/** Every step, what each side made of it, and the first difference last. */
function transcript(machine: Machine, steps: readonly Step[]): string[] {
  machine.restart();
  const lines: string[] = [];
  for (const [number, step] of steps.entries()) {
    const { met, difference } = machine.take(step);
    const [head, ...rest] = describeStep(step);
    lines.push(`${number + 1}. ${head}`, ...rest.map((line) => `   ${line}`));
    if (met !== undefined) {
      lines.push(`   specification: ${describeMet(met.specification)}`);
      lines.push(`   program:       ${describeMet(met.program)}`);
    }
    if (difference !== undefined) return [...lines, `DIFFERENCE: ${difference}`];
  }
  return lines;
}

function describeMet({ verdict, reasons }: Met): string {
  return `${verdict}, ${reasons.join(", ")}`;
}
