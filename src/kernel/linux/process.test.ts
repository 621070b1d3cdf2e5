import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import {
  allProcesses,
  isRunning,
  networkNamespaceOf,
  processById,
  signal,
  startDetached,
  stop,
} from "./process.ts";

function logFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "weir-process-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "log");
}

async function start(t: TestContext, script: string) {
  const log = logFile(t);
  const started = await startDetached(process.execPath, ["-e", script], log, { MARK: "weir" });
  assert.ok(started.ok);
  t.after(() => signal(started.value, "SIGKILL"));
  return { id: started.value, log };
}

test("startDetached() starts a process of its own session, and stop() ends it", async (t) => {
  const { id, log } = await start(t, "console.log(process.env.MARK); setInterval(() => {}, 1000)");
  assert.equal(isRunning(id), true);
  assert.equal(processById(id.pid)?.parent, process.pid);
  while (readFileSync(log, "utf8") === "") await new Promise(setImmediate);
  assert.equal(readFileSync(log, "utf8"), "weir\n");
  await stop(id, 5_000);
  assert.equal(isRunning(id), false);
});

test("stop() ends a process that will not listen, and one that stands still", async (t) => {
  const deaf = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";
  const { id, log } = await start(t, deaf);
  while (readFileSync(log, "utf8") === "") await new Promise(setImmediate);
  signal(id, "SIGSTOP");
  await stop(id, 100);
  assert.equal(isRunning(id), false);
});

test("a pid that was handed out again is another process", async (t) => {
  const { id } = await start(t, "setInterval(() => {}, 1000)");
  const earlier = { pid: id.pid, started: String(Number(id.started) - 1) };
  assert.equal(isRunning(earlier), false);
  assert.equal(signal(earlier, "SIGKILL"), false);
  await stop(earlier, 0);
  assert.equal(isRunning(id), true);
});

test("startDetached() says which program it could not start", async (t) => {
  const started = await startDetached("/weir/no/such/program", [], logFile(t));
  assert.ok(!started.ok);
  assert.equal(started.fault.code, "PROCESS_REFUSED");
  assert.match(started.fault.message, /^Cannot start "\/weir\/no\/such\/program": .*ENOENT/);
});

test("allProcesses() lists this process with its arguments and namespace", () => {
  const own = [...allProcesses()].find(({ id }) => id.pid === process.pid);
  assert.ok(own?.args.some((argument) => argument.includes("process.test.ts")));
  assert.match(networkNamespaceOf(process.pid) ?? "", /^\d+$/);
  assert.equal(networkNamespaceOf(process.pid), networkNamespaceOf("self"));
});
