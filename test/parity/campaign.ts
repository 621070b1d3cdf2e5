import { type Result, success } from "../../src/base/fault.ts";
import { Random } from "../../src/base/random.ts";
import type { Reason } from "../../src/datapath/reason.ts";
import { readReasons } from "../../src/datapath/reasons.ts";
import { generateScenario } from "./generate/scenario.ts";
import { Machine } from "./machine.ts";
import { loadProgram } from "./program.ts";
import { replay, shrunkTranscript } from "./replay.ts";
import type { Routes } from "./routes.ts";
import { SPECIFICATION, type Specification } from "./sides.ts";
import type { Step } from "./step.ts";

export interface CampaignOptions {
  readonly seed: number;
  /** At least so many; the last scenario is run to its end. */
  readonly packets: number;
  readonly specification?: Specification;
  readonly routes?: Routes | undefined;
  /** Called after each scenario. */
  onProgress?(progress: Progress): void;
}

export interface Progress {
  readonly packets: number;
  readonly scenarios: number;
  /** Since the start, in ns. */
  readonly elapsed: bigint;
}

export interface CampaignReport extends Progress {
  readonly seed: number;
  readonly reasons: ReadonlyMap<Reason, bigint>;
  /** The shrunk scenario and what differs in it, in words; undefined when all was alike. */
  readonly difference?: string;
}

/**
 * Runs scenarios drawn from a seed through both data paths, up to the first difference. The same
 * seed gives the same tables, secrets and scenarios everywhere.
 *
 * Faults: those of DataPathLoader.load().
 */
export function runCampaign(options: CampaignOptions): Result<CampaignReport> {
  const random = new Random(options.seed);
  const program = loadProgram(random);
  if (!program.ok) return program;
  const specification = options.specification ?? SPECIFICATION;
  const machine = new Machine(program.value, specification, options.routes);
  const start = process.hrtime.bigint();
  const reasons = new Map<Reason, bigint>();
  const progress = { packets: 0, scenarios: 0, elapsed: 0n };
  try {
    while (progress.packets < options.packets) {
      const steps = generateScenario(random, program.value.tables.dimensions.buckets);
      const difference = runScenario(machine, steps);
      progress.scenarios += 1;
      progress.packets += steps.filter(({ kind }) => kind === "packet").length;
      progress.elapsed = process.hrtime.bigint() - start;
      options.onProgress?.(progress);
      for (const [reason, count] of readReasons(machine.sides.specification.view)) {
        reasons.set(reason, (reasons.get(reason) ?? 0n) + count);
      }
      if (difference !== undefined) {
        return success({ seed: options.seed, ...progress, reasons, difference });
      }
    }
    return success({ seed: options.seed, ...progress, reasons });
  } finally {
    program.value.close();
  }
}

/** What differs, shrunk and told; undefined when nothing does. */
function runScenario(machine: Machine, steps: readonly Step[]): string | undefined {
  const difference = replay(machine, steps);
  return difference === undefined ? undefined : shrunkTranscript(machine, steps, difference);
}
