/** An election whose instance tracks something that has no result yet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "../../src/cluster/settings.ts";
import { ElectionScene } from "./election-scene.ts";

const SCRIPT: Track = { kind: "script", name: "chk", weight: 0, reverse: false };
const PENDING = { fault: "script chk has no result yet", pending: true } as const;
const DOWN = { fault: "script chk is down" } as const;
const LONG = 10;

function scene(track: Track = SCRIPT): ElectionScene {
  return new ElectionScene({ tracks: [track] });
}

function tell(at: ElectionScene, fault: typeof PENDING | typeof DOWN | object = {}): void {
  at.order({ kind: "tracked", instance: "VI_1", priority: 100, ...fault });
}

test("who waits for a result says nothing, sends nothing and holds nothing", () => {
  const election = scene();
  tell(election, PENDING);
  election.runUntil(LONG);
  assert.deepEqual([election.reports, election.sent], [[], []]);
  assert.equal(election.counts.state, "INIT");
});

test("its first result, if it is a good one, is its start", () => {
  const election = scene();
  tell(election, PENDING);
  election.runUntil(1);
  tell(election);
  assert.deepEqual(election.states, ["BACKUP"]);
  election.runUntil(LONG);
  assert.deepEqual(election.states, ["BACKUP", "MASTER"]);
});

test("its first result, if it is a bad one, is a fault, and a good one ends it", () => {
  const election = scene();
  tell(election, PENDING);
  tell(election, DOWN);
  assert.deepEqual(election.states, ["FAULT"]);
  election.runUntil(LONG);
  assert.deepEqual(election.sent, []);
  tell(election);
  assert.deepEqual(election.states, ["FAULT", "BACKUP"]);
});

test("what is tracked with a weight is not waited for", () => {
  const election = scene({ ...SCRIPT, weight: -20 });
  assert.deepEqual(election.states, ["BACKUP"]);
});

test("a daemon that is back within its lease goes on while nothing is known yet", () => {
  const election = scene();
  tell(election);
  election.runUntil(LONG);
  election.start();
  tell(election, PENDING);
  assert.deepEqual(election.states, ["BACKUP", "MASTER", "MASTER"]);
  assert.equal(election.counts.holding, true);
  tell(election, DOWN);
  assert.equal(election.states.at(-1), "FAULT");
  assert.equal(election.counts.holding, false);
});

test("something new to track, of which nothing is known yet, is no reason to let go", () => {
  const election = scene({ ...SCRIPT, weight: -20 });
  election.runUntil(LONG);
  tell(election, PENDING);
  election.runUntil(LONG + 1);
  assert.deepEqual(election.states, ["BACKUP", "MASTER"]);
});
