import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "./entry.ts";
import { Holders } from "./holders.ts";
import { SCENARIOS, type Scenario } from "./scenario.ts";
import { Transcript } from "./transcript.ts";
import { tryPlan } from "./trial.ts";

const SECOND = 1_000_000;

/** Who holds, one after the other: "node01", "", "node04". */
function handOvers({ plan }: Scenario, seed: number): string[] {
  const entries: Entry[] = [];
  tryPlan(plan, seed, (entry) => entries.push(entry));
  const holders = new Holders(0);
  const seen: string[] = [];
  let next = 0;
  for (let time = 0; time <= plan.duration; time += 1_000) {
    for (; next < entries.length && entries[next]!.time <= time; next++)
      holders.hear(entries[next]!);
    const holding = holders.at(time).join(" and ");
    if (seen.at(-1) !== holding) seen.push(holding);
  }
  return seen;
}

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
}

const STORIES: Readonly<Record<string, readonly string[]>> = {
  "lecture-1": ["", "node01", "", "node04", "", "node01"],
  "lecture-2": ["", "node01", "", "node04", "", "node01"],
  restart: ["", "node01"],
  pause: ["", "node01", "", "node04", "", "node01"],
  preemption: ["", "node01", "", "node04", "", "node01"],
  "v3-10ms": ["", "node01", "", "node04"],
};

for (const [name, story] of Object.entries(STORIES)) {
  test(`${name}: ${story.filter((holder) => holder !== "").join(", then ")}`, () => {
    assert.deepEqual(handOvers(scenario(name), 1), story);
  });
}

test("one-way-cut: the address is left to whoever does not hear, and taken back", () => {
  const story = handOvers(scenario("one-way-cut"), 1).filter((holder) => holder !== "");
  assert.deepEqual(story, ["node01", "node04", "node01"]);
});

test("three-directors: each in turn, and the best again when it is back", () => {
  const story = handOvers(scenario("three-directors"), 1).filter((holder) => holder !== "");
  assert.deepEqual(story.slice(0, 3), ["node01", "node04", "node05"]);
  assert.equal(story.at(-1), "node01");
});

test("partition: both hold, which is named and no violation, and one when it has ended", () => {
  const { plan } = scenario("partition");
  assert.ok(handOvers(scenario("partition"), 1).includes("node01 and node04"));
  assert.equal(handOvers(scenario("partition"), 1).at(-1), "node01");
  assert.deepEqual(tryPlan(plan, 1), []);
});

test("no scenario violates anything, whatever chance decides", () => {
  for (const { name, plan } of SCENARIOS) {
    for (let seed = 1; seed <= 20; seed++) assert.deepEqual(tryPlan(plan, seed), [], name);
  }
});

test("v3-10ms: less than 100 ms from the failure to the next holder", () => {
  const { plan } = scenario("v3-10ms");
  const failure = plan.disturbances[0]!.at;
  for (let seed = 1; seed <= 20; seed++) {
    const taken: number[] = [];
    tryPlan(plan, seed, (entry) => {
      const takes = entry.kind === "state" && entry.state === "MASTER" && entry.host === "node04";
      if (takes) taken.push(entry.time);
    });
    assert.equal(taken.length, 1);
    assert.ok(taken[0]! > failure && taken[0]! < failure + SECOND / 10, String(taken[0]));
  }
});

test("one seed, one transcript, byte for byte", () => {
  const { plan } = scenario("lecture-2");
  const text = (seed: number): string => {
    const transcript = new Transcript(plan.hosts.map(({ name }) => name));
    tryPlan(plan, seed, (entry) => transcript.hear(entry));
    return transcript.text(plan.duration);
  };
  assert.equal(text(7), text(7));
  assert.match(text(7), /█ {6}· {7}node01: \*\*\* kill -9 of the daemon/);
  assert.match(text(7), /· {6}· {7}node01: accepts no more packets: its lease has run out/);
  assert.match(text(7), /· {6}█ {7}node04: VI_1 is MASTER, priority 50/);
});
