import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, type Result, success } from "../../base/fault.ts";
import type { TrackScript } from "../../cluster/settings.ts";
import type { ScriptEnd } from "../../kernel/scripts.ts";
import { ScriptRunner } from "./script-runner.ts";

const HOUR = 3_600_000_000;
const WEB: TrackScript = {
  name: "web",
  script: { words: ["/web"] },
  interval: HOUR,
  timeout: HOUR,
  weight: 0,
  reverse: false,
  rise: 1,
  fall: 1,
  startsFailed: false,
};

/** Scripts that end when the test says so, and what is logged and told of them. */
function runnerOn() {
  const running: { readonly words: string; end(ended: Result<ScriptEnd>): void }[] = [];
  const logged: string[] = [];
  let changes = 0;
  const scripts = {
    run: ({ words }: { readonly words: readonly string[] }) =>
      new Promise<Result<ScriptEnd>>((end) => running.push({ words: words.join(" "), end })),
    check: () => success(undefined),
  };
  const log = (level: string, message: string) => void logged.push(`${level}: ${message}`);
  const runner = new ScriptRunner({ scripts, log }, () => changes++);
  return { runner, running, logged, changes: () => changes };
}

/** A timer of no time, and what follows from promises that are kept. */
async function soon(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setTimeout(resolve, 2));
}

test("a script is unknown until its first end, which is told of", async () => {
  const { runner, running, logged, changes } = runnerOn();
  runner.configure([WEB]);
  await soon();
  assert.deepEqual([running.length, runner.up("web"), changes()], [1, undefined, 0]);
  running[0]!.end(success({ kind: "exit", status: 0 }));
  await soon();
  assert.deepEqual([runner.up("web"), changes(), logged], [true, 1, ["info: Script web succeeds"]]);
  runner.close();
});

test("a status, a time that is over and a program that is not there are failures", async () => {
  const ends: [Result<ScriptEnd>, string][] = [
    [success({ kind: "exit", status: 1 }), ""],
    [success({ kind: "timeout" }), ""],
    [success({ kind: "signal", signal: "SIGKILL" }), ""],
    [failure("SCRIPT_MISSING", "There is no /web"), ": There is no /web"],
  ];
  for (const [ended, why] of ends) {
    const { runner, running, logged } = runnerOn();
    runner.configure([WEB]);
    await soon();
    running[0]!.end(ended);
    await soon();
    assert.deepEqual([runner.up("web"), logged], [false, [`warn: Script web fails${why}`]]);
    runner.close();
  }
});

test("over a reload a script that stays goes on, and is not run twice at once", async () => {
  const { runner, running } = runnerOn();
  const other = { ...WEB, name: "other", script: { words: ["/other"] } };
  runner.configure([WEB, other]);
  await soon();
  const changed = { ...other, script: { words: ["/other", "changed"] } };
  runner.configure([changed, { ...WEB }]);
  await soon();
  assert.deepEqual(
    running.map(({ words }) => words),
    ["/web", "/other", "/other changed"],
  );
  running[0]!.end(success({ kind: "exit", status: 0 }));
  running[1]!.end(success({ kind: "exit", status: 0 }));
  await soon();
  assert.deepEqual([runner.up("web"), runner.up("other")], [true, undefined]);
  runner.configure([]);
  assert.equal(runner.up("web"), undefined);
});
