import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../base/random.ts";
import { director } from "./directors.ts";
import type { Disturbance } from "./disturbance.ts";
import type { Entry } from "./entry.ts";
import { Holders } from "./holders.ts";
import { OneHolder } from "./one-holder.ts";
import { Simulation } from "./simulation.ts";
import { SomebodyHolds } from "./somebody-holds.ts";
import { startToyElection } from "./testing/toy-election.ts";
import type { Violation } from "./violation.ts";

const SECOND = 1_000_000;
const QUALITY = { delay: 200, jitter: 300, loss: 0, duplication: 0, reorders: false };

interface Run {
  readonly entries: readonly Entry[];
  readonly violations: readonly Violation[];
  holders(time: number): string[];
}

function run(disturbances: readonly Disturbance[], seed = 1): Run {
  const hosts = [director(1, 100), director(4, 50)];
  const duration = 30 * SECOND;
  const plan = { hosts, quality: QUALITY, disturbances, duration };
  const simulation = new Simulation(plan, new Random(seed), startToyElection);
  const entries: Entry[] = [];
  const violations: Violation[] = [];
  const one = new OneHolder(1, SECOND, (host) => simulation.runs(host));
  const somebody = new SomebodyHolds(1, 8 * SECOND, () => simulation.fitHosts());
  simulation.listen((entry) => {
    entries.push(entry);
    for (const found of [one.hear(entry), somebody.hear(entry)]) {
      if (found !== undefined) violations.push(found);
    }
  });
  simulation.run();
  const last = somebody.check(duration);
  if (last !== undefined) violations.push(last);
  const holders = (time: number) => {
    const slot = new Holders(0);
    for (const entry of entries) if (entry.time <= time) slot.hear(entry);
    return slot.at(time);
  };
  return { entries, violations, holders };
}

test("the higher priority holds, and nobody with it", () => {
  const { violations, holders } = run([]);
  assert.deepEqual(violations, []);
  assert.deepEqual(holders(20 * SECOND), ["node01"]);
});

test("a simulation of one seed is the same every time, one of another is not", () => {
  const cut: Disturbance = { at: 9 * SECOND, kind: "pause", host: "node01", duration: SECOND };
  assert.deepEqual(run([cut], 3).entries, run([cut], 3).entries);
  assert.notDeepEqual(run([cut], 3).entries, run([cut], 4).entries);
});

test("the lease of a daemon that was killed ends by itself, before another holds", () => {
  const { violations, holders } = run([{ at: 10 * SECOND, kind: "crash", host: "node01" }]);
  assert.deepEqual(violations, []);
  assert.deepEqual(holders(10.5 * SECOND), ["node01"]);
  assert.deepEqual(holders(20 * SECOND), ["node04"]);
});

test("two who hear each other one way only hold at once, and it is seen", () => {
  const { violations } = run([{ at: 10 * SECOND, kind: "cut", host: "node01", to: "node04" }]);
  assert.equal(violations[0]?.kind, "two-holders");
  assert.deepEqual(violations[0]?.hosts, ["node01", "node04"]);
});

test("a partition is no violation, and two holders after its end are", () => {
  const cut = (host: string, to: string) => ({
    at: 10 * SECOND,
    kind: "cut" as const,
    host,
    to,
    duration: 8 * SECOND,
  });
  const both = [cut("node01", "node04"), cut("node04", "node01")];
  const { violations, holders } = run(both);
  assert.deepEqual(holders(16 * SECOND), ["node01", "node04"]);
  assert.deepEqual(violations, []);
  // Only what the worse one says arrives again: the better one does not mind.
  const { violations: after } = run([{ ...both[0]!, duration: 15 * SECOND }, both[1]!]);
  assert.equal(after[0]?.kind, "two-holders");
});

test("a stopped daemon holds no longer than its lease, and lets go late when it goes on", () => {
  const pause: Disturbance = { at: 10 * SECOND, kind: "pause", host: "node01", duration: 6e6 };
  const { holders } = run([pause]);
  assert.deepEqual(holders(15 * SECOND), ["node04"]);
});

test("a network that takes nothing away takes its time, and loses what it is told to", () => {
  const lost: Disturbance = {
    at: 0,
    kind: "weather",
    loss: 1,
    delay: 0,
    jitter: 0,
    duplication: 0,
  };
  const frames = run([lost]).entries.flatMap((entry) => (entry.kind === "frame" ? [entry] : []));
  assert.ok(frames.length > 20);
  assert.ok(frames.every(({ passages }) => passages.every(({ arrivals }) => !arrivals.length)));
});

test("when nobody holds for longer than the bound, it is seen", () => {
  const down = (host: string): Disturbance => ({ at: 5 * SECOND, kind: "link", host });
  const { violations } = run([down("node01")]);
  assert.deepEqual(violations, []);
  // Both interfaces are down: nobody can hold, which is not the elections' fault.
  assert.deepEqual(run([down("node01"), down("node04")]).violations, []);
});

test("an interface that is down accepts nothing, whatever its lease", () => {
  const { holders } = run([{ at: 12.2 * SECOND, kind: "link", host: "node01" }]);
  assert.deepEqual(holders(12.1 * SECOND), ["node01"]);
  assert.deepEqual(holders(12.3 * SECOND), []);
});
