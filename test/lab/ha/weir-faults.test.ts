/**
 * A hundred random faults on Weir: at no instant do two directors hold the VIP. Cuts one way are
 * brought about alone, so that what explains two holders after one explains nothing else.
 */
import assert from "node:assert/strict";
import { Random } from "../../../src/base/random.ts";
import { labHooks, labTest } from "../lab.ts";
import { electionFile } from "./election.ts";
import { FAULT_KINDS } from "./fault-kinds.ts";
import { bringFaults } from "./faults.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";

/** Any: the story of a failure names the faults of its seed. */
const SEED = 2026;
const INTERVAL_S = 0.5;
const MEET_MS = 2 * INTERVAL_S * 1_000;
/** Longer than a backup waits, so that faults end before the change of master and after it. */
const TIMES = { lastsAtMost: 5 * INTERVAL_S * 1_000, restAtMost: INTERVAL_S * 1_000 };

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-faults" });
labHooks({ before: ha.build, afterEach: ha.end });

async function startBoth(): Promise<void> {
  for (const host of [MASTER, BACKUP] as const) {
    const election = { version: 3, interval: INTERVAL_S, serves: true } as const;
    await ha.start(host, electionFile(ha.lab, ha.topology, host, election));
  }
  await ha.untilHeldBy(MASTER);
}

labTest(`80 faults of seed ${SEED} leave one holder at every instant`, async () => {
  await startBoth();
  const kinds = FAULT_KINDS.filter(({ parts }) => !parts);
  const plan = { count: 80, ...TIMES, meetWithin: 0, kinds };
  const outcome = await bringFaults(ha, new Random(SEED), plan);
  assert.deepEqual(outcome.violations, [], `seed ${SEED}\n${outcome.story}`);
});

labTest(`20 cuts one way of seed ${SEED} leave one holder until they are mended`, async () => {
  await startBoth();
  const kinds = FAULT_KINDS.filter(({ parts }) => parts);
  const plan = { count: 20, ...TIMES, meetWithin: MEET_MS, kinds };
  const outcome = await bringFaults(ha, new Random(SEED), plan);
  assert.deepEqual(outcome.violations, [], `seed ${SEED}\n${outcome.story}`);
});
