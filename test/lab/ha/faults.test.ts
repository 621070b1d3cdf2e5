/**
 * Random faults on the real keepalived: it fails, as the second experiment says it must. So the
 * faults bring about what they are meant to, and the watch finds it.
 */
import assert from "node:assert/strict";
import { Random } from "../../../src/base/random.ts";
import { labHooks, labTest } from "../lab.ts";
import { KEEPALIVED } from "./directors.ts";
import { electionFile } from "./election.ts";
import { FAULT_KINDS } from "./fault-kinds.ts";
import { bringFaults } from "./faults.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";

const SEED = 1;
const INTERVAL_S = 0.1;
const TIMES = { lastsAtMost: 1_200, restAtMost: 500 };
const MEET_MS = 2 * INTERVAL_S * 1_000;

const ha = haLab({ [MASTER]: KEEPALIVED, [BACKUP]: KEEPALIVED });
labHooks({ before: ha.build, afterEach: ha.end });

async function startBoth(): Promise<void> {
  for (const host of [MASTER, BACKUP] as const) {
    const file = electionFile(ha.lab, ha.topology, host, { version: 3, interval: INTERVAL_S });
    await ha.start(host, file);
  }
  await ha.untilHeldBy(MASTER);
}

labTest("with random faults keepalived has two holders, which no partition explains", async () => {
  await startBoth();
  const kinds = FAULT_KINDS.filter(({ parts }) => !parts);
  const plan = { count: 20, ...TIMES, meetWithin: 0, kinds };
  const outcome = await bringFaults(ha, new Random(SEED), plan);
  assert.equal(outcome.faults, plan.count);
  assert.ok(outcome.rounds > 1_000, `only ${outcome.rounds} rounds`);
  assert.ok(outcome.violations.length > 0, outcome.story);
});

labTest("with cuts alone it has two holders only where a partition explains them", async () => {
  await startBoth();
  const kinds = FAULT_KINDS.filter(({ parts }) => parts);
  const plan = { count: 20, ...TIMES, meetWithin: MEET_MS, kinds };
  const outcome = await bringFaults(ha, new Random(SEED), plan);
  assert.deepEqual(outcome.violations, [], outcome.story);
  assert.ok(outcome.parted.length > 0, outcome.story);
});
