import assert from "node:assert/strict";
import test from "node:test";
import { findPrograms, run, runEach, runInForeground } from "./command.ts";

const NODE = process.execPath;

test("run() answers what the command wrote, and passes arguments as they stand", async () => {
  const script = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
  const words = ["a b", "$HOME", "'; exit 1", "*"];
  assert.deepEqual(await run(NODE, ["-e", script, ...words]), {
    ok: true,
    value: JSON.stringify(words),
  });
});

test("run() adds to the environment", async () => {
  const script = "process.stdout.write(process.env.WEIR_NAME + (process.env.PATH ? '+' : ''))";
  const output = await run(NODE, ["-e", script], { env: { WEIR_NAME: "lb" } });
  assert.deepEqual(output, { ok: true, value: "lb+" });
});

test("run() answers the command and its standard error where it fails", async () => {
  const output = await run(NODE, ["-e", 'process.stderr.write("no such\\n"); process.exit(2)']);
  assert.ok(!output.ok);
  assert.equal(output.fault.code, "COMMAND_FAILED");
  assert.match(output.fault.message, /process\.exit\(2\)" failed: no such$/);
});

test("run() ends a command that takes too long", async () => {
  const output = await run(NODE, ["-e", "setInterval(() => {}, 1000)"], { timeout: 50 });
  assert.equal(output.ok ? "" : output.fault.code, "COMMAND_FAILED");
});

test("run() names the program that is missing", async () => {
  const output = await run("weir-no-such-program", []);
  assert.ok(!output.ok);
  assert.equal(output.fault.code, "COMMAND_MISSING");
  assert.equal(output.fault.message, 'The program "weir-no-such-program" is not installed');
});

test("runEach() stops at the first command that fails", async () => {
  const exit = (code: number) => [NODE, "-e", `process.exit(${code})`] as const;
  assert.equal((await runEach([exit(0), exit(0)])).ok, true);
  const stopped = await runEach([exit(0), exit(3), ["weir-no-such-program"]]);
  assert.equal(stopped.ok ? "" : stopped.fault.code, "COMMAND_FAILED");
});

test("runInForeground() answers the exit code, or 128 and the signal's number", async () => {
  assert.deepEqual(await runInForeground(NODE, ["-e", "process.exit(7)"]), { ok: true, value: 7 });
  const killed = await runInForeground(NODE, ["-e", "process.kill(process.pid, 'SIGKILL')"]);
  assert.deepEqual(killed, { ok: true, value: 128 + 9 });
  const missing = await runInForeground("weir-no-such-program", []);
  assert.equal(missing.ok ? "" : missing.fault.code, "COMMAND_MISSING");
});

test("findPrograms() names the first program that is not there", () => {
  assert.equal(findPrograms(["sh", "cat"]).ok, true);
  const absent = findPrograms(["sh", "weir-no-such-program", "weir-nor-this"]);
  assert.equal(absent.ok ? "" : absent.fault.code, "COMMAND_MISSING");
  assert.match(absent.ok ? "" : absent.fault.message, /"weir-no-such-program"/);
});
