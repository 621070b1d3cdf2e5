import assert from "node:assert/strict";
import test from "node:test";
import {
  daemonName,
  everyHostName,
  logPath,
  namespaceOf,
  parseLabName,
  pinsPath,
  socketPath,
} from "./names.ts";

test("parseLabName() takes what fits a socket, a pin and a namespace, and says the rule", () => {
  for (const name of ["dr", "a", "my-lab-2", "x".repeat(32)]) {
    assert.deepEqual(parseLabName(name), { ok: true, value: name });
  }
  for (const name of ["", "-a", "a-", "A", "a.b", "a/b", "..", "a b", "x".repeat(33)]) {
    const parsed = parseLabName(name);
    assert.equal(parsed.ok ? name : parsed.fault.code, "BAD_LAB_NAME");
  }
});

test("a lab's things are named after it and the host", () => {
  assert.equal(namespaceOf("dr", "node01"), "weir-dr-node01");
  assert.equal(daemonName("dr", "node01"), "lab-dr-node01");
  assert.equal(socketPath("dr", "node01"), "/run/weir/lab-dr-node01.sock");
  assert.equal(pinsPath("dr", "node01"), "/sys/fs/bpf/weir/lab-dr-node01");
  assert.equal(logPath("dr", "node01", "daemon"), "/run/weir/lab/dr.node01.daemon.log");
});

test("the longest name leaves the socket a path that the kernel takes", () => {
  const longest = Math.max(...everyHostName().map((h) => socketPath("x".repeat(32), h).length));
  assert.ok(longest < 108, "unix(7): sun_path is 108 bytes with its end");
});

test("no host's namespace in one lab is a host's namespace in another", () => {
  const labs = ["dr", "dr-node01", "node01", "dr-dr"];
  const all = labs.flatMap((lab) => everyHostName().map((host) => namespaceOf(lab, host)));
  assert.equal(new Set(all).size, all.length);
});
