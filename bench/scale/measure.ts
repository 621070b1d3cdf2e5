import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { timeIpvsadm } from "./command.ts";
import { ScaleHost } from "./host.ts";
import { editOf, listedLines, rulesText } from "./rules.ts";

/** One round, with a daemon that was started for it; all in milliseconds. */
export interface ScaleSample {
  /** `ipvsadm -R` and `ipvsadm -Ln`, the whole process. */
  readonly restore: number;
  readonly list: number;
  /** `ipvsadm -e`, the whole process, one after the other. */
  readonly edits: readonly number[];
  /** The same change asked of the daemon by a client that runs already, until its answer. */
  readonly requests: readonly number[];
}

export interface ScalePlan {
  readonly services: number;
  readonly rounds: number;
  /** Edits by a process of their own, and by a client that runs, in a round. */
  readonly edits: number;
  readonly requests: number;
}

type Files = Parameters<typeof timeIpvsadm>[2];

/**
 * Round after round: a daemon starts, takes all rules, lists them, and changes weights among them.
 *
 * Faults: those of ScaleHost and of the commands; LISTING_STRANGE; BENCH_INTERRUPTED.
 */
export async function measureScale(
  plan: ScalePlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<ScaleSample[]>> {
  const folder = mkdtempSync(join(tmpdir(), "weir-scale-"));
  try {
    const host = await ScaleHost.build(folder);
    if (!host.ok) return host;
    try {
      return await rounds(host.value, folder, plan, say, interrupted);
    } finally {
      await host.value.takeDown();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function rounds(
  host: ScaleHost,
  folder: string,
  plan: ScalePlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<ScaleSample[]>> {
  const files = { input: join(folder, "rules"), output: join(folder, "output") };
  writeFileSync(files.input, rulesText(plan.services));
  const samples: ScaleSample[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
    say(`scale: round ${round} of ${plan.rounds}`);
    const begun = await host.begin();
    if (!begun.ok) return begun;
    const sampled = await sample(host, files, plan);
    await host.end();
    if (!sampled.ok) return sampled;
    samples.push(sampled.value);
  }
  return success(samples);
}

async function sample(
  host: ScaleHost,
  files: Files,
  plan: ScalePlan,
): Promise<Result<ScaleSample>> {
  const restored = await timeIpvsadm(host.name, ["-R"], files);
  if (!restored.ok) return restored;
  const listed = await timeIpvsadm(host.name, ["-Ln"], files);
  if (!listed.ok) return listed;
  const lines = listed.value.output.split("\n").length - 1;
  if (lines !== listedLines(plan.services)) {
    return failure("LISTING_STRANGE", `${plan.services} services are listed in ${lines} lines`);
  }
  const edits: number[] = [];
  for (let n = 0; n < plan.edits; n++) {
    const edited = await timeIpvsadm(host.name, editOf(n % plan.services, 2 + n).args, files);
    if (!edited.ok) return edited;
    edits.push(edited.value.milliseconds);
  }
  const requests = await timeRequests(host, plan);
  if (!requests.ok) return requests;
  const [restore, list] = [restored.value.milliseconds, listed.value.milliseconds];
  return success({ restore, list, edits, requests: requests.value });
}

async function timeRequests(host: ScaleHost, plan: ScalePlan): Promise<Result<number[]>> {
  const times: number[] = [];
  for (let n = 0; n < plan.requests; n++) {
    const { operation } = editOf(n % plan.services, 1000 + n);
    const started = performance.now();
    const applied = await host.client.apply([operation]);
    times.push(performance.now() - started);
    if (!applied.ok) return applied;
  }
  return success(times);
}
