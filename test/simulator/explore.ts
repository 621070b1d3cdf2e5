import type { StartElection } from "../../src/simulator/host.ts";
import type { Plan } from "../../src/simulator/simulation.ts";
import { Transcript } from "../../src/simulator/transcript.ts";
import { tryPlan } from "../../src/simulator/trial.ts";
import { describeViolation, type Violation } from "../../src/simulator/violation.ts";
import { shrink } from "../parity/shrink.ts";
import { randomPlan } from "./random-plan.ts";

/** A plan that violates an invariant. */
export interface Finding {
  readonly seed: number;
  readonly plan: Plan;
  readonly violation: Violation;
}

/**
 * Random plans of so many seeds in a row against the invariants. Ends with the first that fails, of
 * which only those disturbances are left that it takes.
 */
export function explore(
  firstSeed: number,
  runs: number,
  start?: StartElection,
): Finding | undefined {
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const plan = randomPlan(seed);
    const [violation] = tryPlan(plan, seed, undefined, start);
    if (violation !== undefined) return shrinkFinding({ seed, plan, violation }, start);
  }
  return undefined;
}

/** The seed, what was violated, the disturbances, and everything that happened. */
export function describeFinding({ seed, plan, violation }: Finding, start?: StartElection): string {
  const transcript = new Transcript(plan.hosts.map(({ name }) => name));
  tryPlan(plan, seed, (entry) => transcript.hear(entry), start);
  const hosts = plan.hosts.map(({ name, drift, instances: [instance] }) => {
    const { version, priority, advertInterval, preempt } = instance!;
    return JSON.stringify({ name, drift, version, priority, advertInterval, preempt });
  });
  return [
    transcript.text(plan.duration),
    `seed ${seed}: ${describeViolation(violation)}`,
    ...hosts,
    JSON.stringify(plan.quality),
    ...plan.disturbances.map((disturbance) => JSON.stringify(disturbance)),
  ].join("\n");
}

function shrinkFinding(finding: Finding, start?: StartElection): Finding {
  const { seed, plan, violation } = finding;
  const found = (shorter: Plan): Violation | undefined =>
    tryPlan(shorter, seed, undefined, start).find(({ kind }) => kind === violation.kind);
  const disturbances = shrink(
    plan.disturbances,
    (kept) => found({ ...plan, disturbances: kept }) !== undefined,
  );
  const shortest = { ...plan, disturbances };
  return { seed, plan: shortest, violation: found(shortest) ?? violation };
}
