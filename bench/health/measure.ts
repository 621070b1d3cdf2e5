import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { run, runEach } from "../../src/kernel/linux/command.ts";
import { end, inNamespace } from "../child.ts";
import type { Checked } from "./checking.ts";

export interface HealthPlan {
  readonly servers: number;
  readonly seconds: number;
  readonly rounds: number;
}

const ROOT = new URL("../../", import.meta.url);
const LISTENING = fileURLToPath(new URL("bench/health/listening.ts", ROOT));
const CHECKING = fileURLToPath(new URL("bench/health/checking.ts", ROOT));
/** More than the wait of the start. */
const PATIENCE_MS = 60_000;

/**
 * Round after round: a new process checks all servers every second. They are addresses of a
 * network namespace of its own, where one process takes all connections.
 *
 * Faults: COMMAND_MISSING, COMMAND_FAILED, BENCH_INTERRUPTED, NOT_FIT.
 */
export async function measureHealth(
  plan: HealthPlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<Checked[]>> {
  const name = `weir-health-${process.pid}`;
  const made = await runEach([
    ["ip", "netns", "add", name],
    ["ip", "-n", name, "link", "set", "lo", "up"],
  ]);
  const listener = made.ok ? inNamespace(name, LISTENING) : undefined;
  try {
    if (!made.ok) return made;
    const [first] = await once(listener!.stdout!, "data");
    if (!String(first).startsWith("listening")) {
      return failure("COMMAND_FAILED", `The servers of the bench said: ${first}`);
    }
    return await rounds(name, plan, say, interrupted);
  } finally {
    if (listener !== undefined) await end(listener);
    await run("ip", ["netns", "del", name]);
  }
}

async function rounds(
  name: string,
  { servers, seconds, rounds: count }: HealthPlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<Checked[]>> {
  const samples: Checked[] = [];
  const args = [CHECKING, String(servers), String(seconds)];
  for (let round = 1; round <= count; round++) {
    if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
    say(`health: round ${round} of ${count}`);
    const command = ["netns", "exec", name, process.execPath, ...args];
    const ran = await run("ip", command, { timeout: seconds * 1000 + PATIENCE_MS });
    if (!ran.ok) return ran;
    const checked = JSON.parse(ran.value) as Checked;
    if (checked.fit !== servers) {
      return failure("NOT_FIT", `Of ${servers} servers ${checked.fit} were fit`);
    }
    samples.push(checked);
  }
  return success(samples);
}
