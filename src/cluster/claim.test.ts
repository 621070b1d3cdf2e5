import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstanceSettings } from "./settings.ts";
import { Driver, RIVAL } from "./testing/driver.ts";

/** A claimant, 50 ms into its claim, with its volley sent. It began at 3.484375 s. */
function claimant(change: Partial<InstanceSettings> = {}): Driver {
  const driver = new Driver(change).start().until(3.535);
  assert.deepEqual(driver.lines, [
    "0 state BACKUP 100",
    "3.484375 advertise 100",
    "3.509375 advertise 100",
    "3.534375 advertise 100",
  ]);
  return driver;
}

const TAKEN = ["hold", "announce 5", "state MASTER 100"];

function taken(at: number): string[] {
  return [`${at} advertise 100 lease 2.5`, ...TAKEN.map((line) => `${at} ${line}`)];
}

test("three advertisements, then time for answers, then a lease and the addresses", () => {
  assert.deepEqual(claimant().until(3.615).lines, taken(3.609375));
});

test("the lease begins before the message is sent, and only where it was", () => {
  const driver = claimant();
  driver.sends = false;
  driver.until(3.615);
  assert.deepEqual(driver.lines, ["3.609375 advertise 100 lease 2.5"]);
  driver.sends = true;
  // The whole claim begins again, an interval later.
  assert.deepEqual(driver.until(5).lines, [
    "4.609375 advertise 100",
    "4.634375 advertise 100",
    "4.659375 advertise 100",
    ...taken(4.734375),
  ]);
});

test("a claim nobody could hear does not count", () => {
  const driver = new Driver().start().until(3);
  driver.sends = false;
  driver.until(8);
  assert.ok(!driver.lines.some((line) => line.includes("lease") || line.includes("hold")));
});

test("somebody better: it gives way, and says that it does", () => {
  const driver = claimant().hear(101);
  assert.deepEqual(driver.lines, ["3.535 advertise 0"]);
  assert.equal(driver.deadline, 3_535_000 + 3_484_375);
});

test("an equal priority is better with the higher address", () => {
  assert.deepEqual(claimant().hear(100, { higher: true }).lines, ["3.535 advertise 0"]);
  assert.deepEqual(claimant().hear(100, { higher: false }).lines, ["3.535 advertise 100"]);
});

test("somebody worse is answered, and may hold by its lease: the claim waits for its end", () => {
  const driver = claimant().hear(90);
  assert.deepEqual(driver.lines, ["3.535 advertise 100"]);
  driver.until(7.09);
  const lines = driver.lines;
  assert.ok(!lines.some((line) => line.includes("hold")));
  // 3.5625 intervals: its lease, one advertisement that was lost, and clocks that differ.
  assert.deepEqual(driver.until(7.1).lines, taken(7.0975));
});

test("the wait is by the interval of whom was heard", () => {
  const driver = claimant({ version: 3 }).hear(90, { interval: 100_000 }).until(4.1);
  assert.deepEqual(driver.lines.slice(1), taken(3.89125));
});

test("who has said that it leaves has let go: nobody waits for it", () => {
  const driver = claimant().hear(90).hear(0);
  assert.deepEqual(driver.lines, ["3.535 advertise 100", "3.535 advertise 100"]);
  assert.deepEqual(driver.until(3.615).lines, taken(3.609375));
});

test("that one has let go says nothing of another", () => {
  const driver = claimant().hear(90).hear(0, { source: "192.168.150.30" });
  driver.until(4);
  assert.ok(!driver.lines.some((line) => line.includes("hold")));
  assert.deepEqual([...driver.state.others.keys()].includes(RIVAL), true);
});

test("what was heard as a backup counts in the claim too", () => {
  const driver = new Driver().start().until(3).hear(90).until(4);
  assert.ok(!driver.lines.some((line) => line.includes("hold")));
  assert.deepEqual(driver.until(6.6).lines.slice(-4), taken(6.5625));
});

test("a claimant that slept over its claim begins it again", () => {
  const driver = claimant().sleepUntil(6).wake();
  assert.deepEqual(driver.lines, ["6 advertise 100"]);
  assert.deepEqual(driver.until(6.2).lines, [
    "6.025 advertise 100",
    "6.05 advertise 100",
    ...taken(6.125),
  ]);
});

test("its group goes back, or it stops, or has a fault: it says so", () => {
  const back = claimant().input({ kind: "group", to: "backup" });
  assert.deepEqual(back.lines, ["3.535 advertise 0"]);
  const stopped = claimant().input({ kind: "stop" });
  assert.deepEqual(stopped.lines, ["3.535 advertise 0", "3.535 state STOP 100"]);
  const faulty = claimant().input({ kind: "fault", because: "eth1 is down" });
  assert.deepEqual(faulty.lines, ["3.535 advertise 0", "3.535 state FAULT 100"]);
});

test("a claim at 10 ms intervals lasts 10 ms", () => {
  const driver = new Driver({ version: 3, advertInterval: 10_000 }).start().until(0.06);
  const lines = driver.lines.map((line) => line.replace(/^\S+ /, ""));
  assert.deepEqual(lines.slice(1, 6), [
    "advertise 100",
    "advertise 100",
    "advertise 100",
    "advertise 100 lease 0.025",
    "hold",
  ]);
});
