import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { inNamespace } from "../child.ts";
import type { Asked } from "./asking.ts";
import type { Heard } from "./hearing.ts";
import { JitterSite } from "./site.ts";
import type { Woken } from "./waking.ts";

export interface JitterPlan {
  readonly servers: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** What a round came to. */
export interface JitterSample {
  readonly heard: Heard;
  /** When a thread woke that does nothing else, at the interval of the fastest instance. */
  readonly woken: Woken;
  readonly asked: Asked;
  /** How often an instance let go since the director was master of all of them. */
  readonly lapses: number;
}

const COUNTS_MS = 1_500;
const HEARING = fileURLToPath(new URL("hearing.ts", import.meta.url));
const WAKING = fileURLToPath(new URL("waking.ts", import.meta.url));
const ASKING = fileURLToPath(new URL("asking.ts", import.meta.url));

/**
 * Round after round a new director: it checks all servers every second, somebody asks its API
 * without a pause, and from outside it is heard when its advertisements come.
 *
 * Faults: those of JitterSite; BENCH_INTERRUPTED; NOT_ASKED where the daemon refused what it was
 * asked for.
 */
export async function measureJitter(
  plan: JitterPlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<JitterSample[]>> {
  const samples: JitterSample[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
    say(`jitter: round ${round} of ${plan.rounds}`);
    const site = await JitterSite.build(plan.servers);
    if (!site.ok) return site;
    try {
      const sampled = await sample(site.value, plan.seconds);
      if (!sampled.ok) return sampled;
      samples.push(sampled.value);
    } finally {
      await site.value.takeDown();
    }
  }
  return success(samples);
}

async function sample(site: JitterSite, seconds: number): Promise<Result<JitterSample>> {
  const before = await releases(site);
  if (!before.ok) return before;
  const asking = inNamespace(site.director, ASKING, site.socket);
  const hearing = inNamespace(site.outside, HEARING, String(seconds));
  const waking = inNamespace(site.outside, WAKING, String(seconds));
  try {
    const [heardText, wokenText] = await Promise.all([said(hearing), said(waking)]);
    const heard = JSON.parse(heardText) as Heard;
    const woken = JSON.parse(wokenText) as Woken;
    asking.kill("SIGTERM");
    const asked = JSON.parse(await said(asking)) as Asked;
    const [refused] = asked.refused;
    if (refused !== undefined) return failure("NOT_ASKED", `The director refused: ${refused}`);
    // The daemon has the counts of its elections every second.
    await sleep(COUNTS_MS);
    const after = await releases(site);
    return after.ok ? success({ heard, woken, asked, lapses: after.value - before.value }) : after;
  } finally {
    for (const child of [asking, hearing, waking]) await gone(child);
  }
}

async function releases(site: JitterSite): Promise<Result<number>> {
  const instances = await site.client.instances();
  if (!instances.ok) return instances;
  return success(instances.value.reduce((sum, { releasedMaster }) => sum + releasedMaster, 0));
}

/** All that a child writes, once it has ended. */
function said(child: ChildProcess): Promise<string> {
  return text(child.stdout!);
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
