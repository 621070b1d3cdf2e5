import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../src/simulator/entry.ts";
import { SCENARIOS } from "../../src/simulator/scenario.ts";
import { tryPlan } from "../../src/simulator/trial.ts";
import { type Flow, sendFlows } from "./flows.ts";
import { randomPlan } from "./random-plan.ts";

const FLOWS = 13;

function flowsOf(
  plan: (typeof SCENARIOS)[number]["plan"],
  seed: number,
  scheduler: string,
): Flow[] {
  const entries: Entry[] = [];
  assert.deepEqual(
    tryPlan(plan, seed, (entry) => entries.push(entry)),
    [],
  );
  const { hosts, duration } = plan;
  const every = Math.max(1_000, Math.floor(duration / 200));
  return sendFlows(hosts, entries, { scheduler, flows: FLOWS, duration, every });
}

for (const name of ["lecture-1", "lecture-2", "pause", "preemption", "three-directors"]) {
  test(`${name}: no live connection changes its server, with mh on all directors`, () => {
    const { plan } = SCENARIOS.find((scenario) => scenario.name === name)!;
    const flows = flowsOf(plan, 1, "mh");
    assert.deepEqual(
      flows.map(({ servers }) => servers.size),
      flows.map(() => 1),
    );
    const used = new Set(flows.flatMap(({ servers }) => [...servers]));
    assert.ok(used.size > 1, "the connections are spread over the servers");
  });
}

test("random plans: no live connection changes its server, with mh on all directors", () => {
  let served = 0;
  for (let seed = 1; seed <= 50; seed++) {
    for (const { servers } of flowsOf(randomPlan(seed), seed, "mh")) {
      assert.ok(servers.size <= 1, `seed ${seed}: ${[...servers].join(", ")}`);
      served += servers.size;
    }
  }
  assert.ok(served > 40 * FLOWS);
});

test("with rr they do change: the check can fail", () => {
  const { plan } = SCENARIOS.find(({ name }) => name === "three-directors")!;
  assert.ok(flowsOf(plan, 1, "rr").some(({ servers }) => servers.size > 1));
});
