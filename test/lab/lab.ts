import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { takeLabDown } from "../../src/cli/lab/down.ts";
import { enter, hostEnvironment } from "../../src/cli/lab/enter.ts";
import { WEIR } from "../../src/cli/lab/names.ts";

/** Why a lab cannot be built here; false where it can. */
const cannotBuild = process.getuid?.() === 0 ? false : "network namespaces need root";

/** A test in a lab; where none can be built it is skipped, and says why. */
export function labTest(name: string, body: () => Promise<void>): void {
  test(name, { skip: cannotBuild }, body);
}

/** What has to be done before the tests of a lab, and after each of them. */
export function labHooks(hooks: {
  readonly before?: () => Promise<void>;
  readonly beforeEach?: () => Promise<void>;
  readonly afterEach?: () => Promise<void>;
}): void {
  if (cannotBuild !== false) return;
  if (hooks.before) before(hooks.before);
  if (hooks.beforeEach) beforeEach(hooks.beforeEach);
  if (hooks.afterEach) afterEach(hooks.afterEach);
}

/**
 * A lab of this test file alone. Whatever is built under its name is taken down after the last
 * test, and when the run is interrupted: then by a process that nobody is in a hurry to end.
 */
export function ownLab(prefix: string): string {
  const name = `${prefix}-${process.pid}`;
  if (cannotBuild !== false) return name;
  after(async () => {
    const down = await takeLabDown(name);
    assert.ok(down.ok, down.ok ? "" : down.fault.message);
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      const down = ["lab", "down", "--name", name];
      spawn(WEIR, down, { detached: true, stdio: "ignore" }).unref();
      // Not at once: a file may have several labs, which all hear of the signal first.
      setImmediate(() => process.exit(1));
    });
  }
  return name;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command on a host of the lab, and answers how it ended. */
export function attempt(lab: string, host: string, ...command: string[]): Promise<Ended> {
  const [program, ...args] = enter(lab, host, command);
  return execute(program, args, hostEnvironment(lab, host));
}

/** Runs a command on a host of the lab, where it must succeed, and answers what it wrote. */
export async function on(lab: string, host: string, ...command: string[]): Promise<string> {
  const ended = await attempt(lab, host, ...command);
  assert.equal(ended.status, 0, `${host}: ${command.join(" ")}: ${ended.stderr}${ended.stdout}`);
  return ended.stdout;
}

export function execute(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout, stderr }));
  });
}

const PATIENCE_MS = 20_000;
const POLL_MS = 25;

/** Asks again until the answer is there. The limit only ends a test that would never end. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
): Promise<T> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(POLL_MS);
  }
  return assert.fail(`waited in vain until ${what}`);
}
