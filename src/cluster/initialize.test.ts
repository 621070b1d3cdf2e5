import assert from "node:assert/strict";
import { test } from "node:test";
import { Driver } from "./testing/driver.ts";

test("it starts as backup, with state MASTER too, and claims when the down timer fires", () => {
  const driver = new Driver({ startState: "master" });
  assert.deepEqual(driver.start().lines, ["0 state BACKUP 100"]);
  // 3 s and (256 - 100) / 256 of a second.
  assert.equal(driver.deadline, 3_484_375);
  assert.deepEqual(driver.until(3.484375).lines, ["3.484375 advertise 100"]);
});

test("the owner listens as long as a lease may last that it knows nothing of", () => {
  const driver = new Driver({ priority: 255 });
  driver.start().until(3.5);
  assert.deepEqual(driver.lines, [
    "0 state BACKUP 255",
    "3.4375 advertise 255",
    "3.4625 advertise 255",
    "3.4875 advertise 255",
  ]);
  assert.deepEqual(driver.until(3.6).lines, [
    "3.5625 advertise 255 lease 2.5",
    "3.5625 hold",
    "3.5625 announce 5",
    "3.5625 state MASTER 255",
  ]);
});

test("within the lease of the daemon before, it goes on as master and claims meanwhile", () => {
  const driver = new Driver().start(1_500_000);
  assert.deepEqual(driver.until(1.2).lines, [
    "0 advertise 100",
    "0 hold",
    "0 announce 5",
    "0 state MASTER 100",
    "0.025 advertise 100",
    "0.05 advertise 100",
    // Nobody has objected in the time of a claim: the lease is renewed.
    "0.125 advertise 100 lease 2.5",
    "1.125 advertise 100 lease 2.5",
  ]);
});

test("a lease too short to hear who claims meanwhile lapses", () => {
  const driver = new Driver().start(100_000).until(0.06);
  assert.equal(driver.lines.length, 6);
  assert.deepEqual(driver.until(0.1).lines, [
    "0.1 release",
    "0.1 advertise 100",
    "0.1 state BACKUP 100",
  ]);
});

test("whoever goes on within its lease gives way to somebody better before it renews it", () => {
  const driver = new Driver().start(1_500_000).until(0.06);
  assert.equal(driver.lines.length, 6);
  assert.deepEqual(driver.hear(120).lines, [
    "0.06 release",
    "0.06 advertise 0",
    "0.06 state BACKUP 100",
  ]);
});

test("an old lease is worth nothing", () => {
  const driver = new Driver().sleepUntil(5).start(4_000_000);
  assert.deepEqual(driver.lines, ["5 state BACKUP 100"]);
});

test("a fault before the start, and the start after it", () => {
  const driver = new Driver().input({ kind: "fault", because: "eth0 is down" });
  assert.deepEqual(driver.lines, ["0 state FAULT 100"]);
  assert.equal(driver.deadline, undefined);
  driver.sleepUntil(2).input({ kind: "recovered" });
  assert.deepEqual(driver.lines, ["2 state BACKUP 100"]);
  assert.equal(driver.deadline, 5_484_375);
});
