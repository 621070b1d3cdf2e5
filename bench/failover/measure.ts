import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { inNamespace } from "../child.ts";
import type { Asked } from "./asking.ts";
import { type FailoverCase, LABS } from "./settings.ts";
import { FailoverSite } from "./site.ts";

export interface FailoverPlan {
  readonly rounds: number;
}

export interface FailoverSample {
  readonly case: FailoverCase;
  readonly asked: Asked;
}

const ASKING = fileURLToPath(new URL("asking.ts", import.meta.url));
/** So long the client is answered before anything happens. */
const BEFORE_MS = 500;
/** Until everything is over: a fail-over takes about four intervals. */
const AFTER_INTERVALS = 6;
const AFTER_LEAST_MS = 1000;

/**
 * What happens to the master of a lab, while a client asks all the time; `labs` new ones a round.
 *
 * Faults: those of FailoverSite; BENCH_INTERRUPTED.
 */
export async function measureFailover(
  plan: FailoverPlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
  labs = LABS,
): Promise<Result<FailoverSample[]>> {
  const samples: FailoverSample[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const cases of labs) {
      if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
      const [first] = cases;
      say(`failover: round ${round} of ${plan.rounds}, every ${first!.interval} s`);
      const site = await FailoverSite.build(first!, interrupted);
      if (!site.ok) return site;
      try {
        for (const each of cases) {
          const asked = await sample(site.value, each);
          if (!asked.ok) return asked;
          samples.push({ case: each, asked: asked.value });
        }
      } finally {
        await site.value.takeDown();
      }
    }
  }
  return success(samples);
}

async function sample(site: FailoverSite, each: FailoverCase): Promise<Result<Asked>> {
  const { vip, port } = site.topology;
  const after = Math.max(AFTER_LEAST_MS, AFTER_INTERVALS * each.interval * 1000);
  const seconds = (2 * BEFORE_MS + after) / 1000;
  const client = inNamespace(site.client, ASKING, vip, String(port), String(seconds));
  try {
    await once(client.stdout!, "data");
    // At any time between two advertisements.
    await sleep(BEFORE_MS * (0.5 + Math.random()));
    const caused = await site.cause(each.event);
    if (!caused.ok) return caused;
    const asked = JSON.parse(await text(client.stdout!)) as Asked;
    const moved = await site.untilMoved(each.event);
    return moved.ok ? success(asked) : moved;
  } finally {
    if (client.exitCode === null) client.kill("SIGKILL");
  }
}
