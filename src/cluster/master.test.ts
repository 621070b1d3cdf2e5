import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstanceSettings } from "./settings.ts";
import { Driver } from "./testing/driver.ts";

/** A master since 3.609375 s, at 4 s. */
function master(change: Partial<InstanceSettings> = {}): Driver {
  const driver = new Driver(change).start().until(4);
  assert.deepEqual(driver.lines.at(-1), "3.609375 state MASTER 100");
  return driver;
}

test("it advertises at its interval, by the clock, and each time pays for a lease", () => {
  assert.deepEqual(master().until(6).lines, [
    "4.609375 advertise 100 lease 2.5",
    "5.609375 advertise 100 lease 2.5",
  ]);
});

test("a little lateness is made good", () => {
  const driver = master().sleepUntil(4.9).wake().until(6);
  assert.deepEqual(driver.lines, [
    "4.9 advertise 100 lease 2.209375",
    "5.609375 advertise 100 lease 2.5",
  ]);
});

test("who was silent for long says it thrice, and its lease is no longer for it", () => {
  const driver = master().sleepUntil(5.609375).wake().until(5.8);
  assert.deepEqual(driver.lines, [
    // 3.5 s from the one before, at 3.609375 s, and not 2.5 s from now.
    "5.609375 advertise 100 lease 1.5",
    "5.634375 advertise 100 lease 2.5",
    "5.659375 advertise 100 lease 2.5",
  ]);
});

test("a lease that has ended is not renewed: it lets go, and claims again", () => {
  const driver = master().sleepUntil(6.3).wake();
  assert.deepEqual(driver.lines, ["6.3 release", "6.3 advertise 100", "6.3 state BACKUP 100"]);
  assert.deepEqual(driver.until(6.5).lines.slice(-3), [
    "6.425 hold",
    "6.425 announce 5",
    "6.425 state MASTER 100",
  ]);
});

test("a lease that has ended counts for nothing, whatever is heard first", () => {
  const driver = master().sleepUntil(6.3).hear(90);
  assert.deepEqual(driver.lines.slice(0, 2), ["6.3 release", "6.3 advertise 100"]);
  driver.until(9);
  assert.ok(!driver.lines.some((line) => line.includes("hold")), "the other may hold by now");
});

test("where nothing can be sent the lease ends", () => {
  const driver = master();
  driver.sends = false;
  assert.deepEqual(driver.until(6.3).lines, [
    "4.609375 advertise 100 lease 2.5",
    "5.609375 advertise 100 lease 1.5",
    "6.109375 release",
    "6.109375 advertise 100",
    "6.109375 state BACKUP 100",
  ]);
});

test("somebody better: it lets go first, and then says so", () => {
  const driver = master().hear(101);
  assert.deepEqual(driver.lines, ["4 release", "4 advertise 0", "4 state BACKUP 100"]);
  assert.equal(driver.deadline, 7_484_375);
});

test("an equal priority is better with the higher address", () => {
  assert.equal(master().hear(100, { higher: true }).lines[0], "4 release");
  assert.equal(master().hear(100, { higher: false }).lines[0], "4 advertise 100 lease 2.5");
});

test("higher_prio_send_advert: one more without a lease, after it has let go", () => {
  const driver = master({ higherPrioritySendsAdvert: true }).hear(101);
  assert.deepEqual(driver.lines.slice(0, 3), ["4 release", "4 advertise 100", "4 advertise 0"]);
});

test("somebody worse is answered at once and again, and told of", () => {
  const driver = master().hear(90).until(4.1);
  assert.deepEqual(driver.lines, [
    "4 advertise 100 lease 2.5",
    "4 lower-heard 90",
    "4.025 advertise 100 lease 2.5",
    "4.05 advertise 100 lease 2.5",
  ]);
});

test("lower_prio_no_advert is answered too: a claimant must know of the master", () => {
  const driver = master({ lowerPriorityNoAdvert: true }).hear(90);
  assert.equal(driver.lines[0], "4 advertise 100 lease 2.5");
});

test("the addresses are announced again after somebody worse was master", () => {
  const { garp } = master().state.settings;
  const driver = master({ garp: { ...garp, delay: 0, lowerPriorityDelay: 500_000 } });
  driver.hear(90).until(4.6);
  assert.ok(driver.lines.includes("4.5 announce 5"));
});

test("who goes on after two answers does not hear us: the addresses are left to it", () => {
  const driver = master().hear(90).until(4.042).hear(90).until(4.084);
  assert.ok(!driver.lines.includes("4.084 release"));
  driver.hear(90);
  assert.deepEqual(driver.lines, [
    "4.084 release",
    "4.084 advertise 100",
    "4.084 lower-heard 90",
    "4.084 state BACKUP 100",
  ]);
  for (const second of [5, 6, 7]) driver.until(second).hear(90);
  assert.ok(!driver.lines.some((line) => line.includes("hold")), "it goes on without them");
  assert.ok(driver.until(11).lines.includes("10.5625 hold"), "until nothing is heard of it");
});

test("who was silent for two of its intervals has heard the answer", () => {
  const driver = master();
  for (const second of [4, 6, 8, 10]) driver.until(second).hear(90);
  assert.ok(!driver.lines.some((line) => line.includes("release")));
});

test("each contender is counted by itself", () => {
  const driver = master();
  for (const source of ["192.168.150.20", "192.168.150.30"]) driver.hear(90, { source });
  for (const source of ["192.168.150.20", "192.168.150.30"]) driver.hear(90, { source });
  assert.ok(!driver.lines.some((line) => line.includes("release")));
  assert.ok(driver.hear(90).lines.includes("4 release"));
});

test("priority 0 is answered at once, and the next comes an interval later", () => {
  const driver = master().hear(0).until(5.1);
  assert.deepEqual(driver.lines, ["4 advertise 100 lease 2.5", "5 advertise 100 lease 2.5"]);
});

test("another priority goes out with the next advertisement", () => {
  const driver = master().input({ kind: "priority", priority: 80 }).until(5);
  assert.deepEqual(driver.lines, ["4.609375 advertise 80 lease 2.5"]);
  assert.equal(driver.hear(90).lines[0], "5 release");
});

test("its group goes back, or it stops, or has a fault: it lets go, and then says so", () => {
  const ends = [
    [{ kind: "group", to: "backup" }, "4 state BACKUP 100"],
    [{ kind: "stop" }, "4 state STOP 100"],
    [{ kind: "fault", because: "eth1 is down" }, "4 state FAULT 100"],
  ] as const;
  for (const [input, last] of ends) {
    assert.deepEqual(master().input(input).lines, ["4 release", "4 advertise 0", last]);
  }
});
