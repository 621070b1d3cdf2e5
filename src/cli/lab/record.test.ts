import assert from "node:assert/strict";
import test from "node:test";
import { type LabRecord, processOf, rememberProcess } from "./record.ts";

const EMPTY: LabRecord = { name: "dr", kind: "dr", processes: [] };

test("rememberProcess() puts a restarted process in the place of the earlier one", () => {
  const daemon = { pid: 10, started: "1", host: "node01", job: "daemon" } as const;
  const http = { pid: 11, started: "2", host: "node02", job: "http" } as const;
  const first = rememberProcess(rememberProcess(EMPTY, daemon), http);
  const second = rememberProcess(first, { ...daemon, pid: 12, started: "3" });
  assert.equal(second.processes.length, 2);
  assert.equal(processOf(second, "node01", "daemon")?.pid, 12);
  assert.equal(processOf(second, "node02", "http")?.pid, 11);
  assert.equal(processOf(second, "node02", "daemon"), undefined);
});
