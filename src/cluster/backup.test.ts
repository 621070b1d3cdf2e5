import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstanceSettings } from "./settings.ts";
import { Driver } from "./testing/driver.ts";

function backup(change: Partial<InstanceSettings> = {}): Driver {
  const driver = new Driver(change).start();
  assert.deepEqual(driver.lines, [`0 state BACKUP ${change.priority ?? 100}`]);
  return driver;
}

/** When it would claim, in seconds. */
function downAt(driver: Driver): number {
  return driver.deadline! / 1_000_000;
}

test("a priority as high or higher starts the down timer again", () => {
  const driver = backup().until(2).hear(100);
  assert.equal(downAt(driver), 5.484375);
  assert.equal(downAt(driver.until(3).hear(254)), 6.484375);
  assert.deepEqual(driver.lines, [], "and nothing else");
});

test("version 3: the master's own interval counts", () => {
  const driver = backup({ version: 3 }).until(1).hear(150, { interval: 100_000 });
  // Three intervals and half of (256 - 100) / 256 of one, which is shorter than two claims.
  assert.equal(downAt(driver), 1.330469);
  // Its skew is of the master's interval too.
  assert.equal(downAt(driver.until(1.1).hear(0)), 1.130469);
});

test("priority 0 leaves the skew, by which the best backup is first", () => {
  assert.equal(downAt(backup().until(1).hear(120).until(1.5).hear(0)), 1.5 + 0.484375);
  assert.equal(downAt(backup({ priority: 200 }).until(1).hear(0)), 1 + 0.109375);
});

test("a lower priority does not stop the timer, so that it is preempted", () => {
  const driver = backup();
  for (const second of [1, 2, 3]) driver.until(second).hear(90);
  assert.equal(downAt(driver), 3.484375);
});

test("without preempt a lower priority is obeyed", () => {
  assert.equal(downAt(backup({ preempt: false }).until(1).hear(90)), 4.484375);
});

test("the owner preempts also without preempt, and without a delay", () => {
  const driver = backup({ priority: 255, preempt: false, preemptDelay: 9_000_000 });
  assert.equal(downAt(driver.until(1).hear(254)), 3.4375);
});

test("preempt_delay: a lower priority is obeyed for so long", () => {
  const driver = backup({ preemptDelay: 5_000_000 });
  for (const second of [1, 2, 3, 4, 5]) driver.until(second).hear(90);
  assert.equal(downAt(driver), 8.484375);
  for (const second of [6, 7, 8]) driver.until(second).hear(90);
  assert.equal(downAt(driver), 8.484375, "from the sixth second on it no longer counts");
});

test("preempt_delay begins anew when somebody better was master meanwhile", () => {
  const driver = backup({ preemptDelay: 5_000_000 });
  driver.until(1).hear(90).until(2).hear(120);
  for (const second of [3, 4, 5, 6, 7]) driver.until(second).hear(90);
  assert.equal(downAt(driver), 10.484375);
});

test("down_timer_adverts: so many intervals", () => {
  assert.equal(downAt(backup({ downTimerAdverts: 5 })), 5.484375);
});

test("the group becomes master: it claims at once", () => {
  const driver = backup().until(1).hear(120).until(2).input({ kind: "group", to: "master" });
  assert.deepEqual(driver.lines, ["2 advertise 100"]);
});

test("nothing is said at the end of a backup", () => {
  assert.deepEqual(backup().until(1).input({ kind: "stop" }).lines, ["1 state STOP 100"]);
});
