import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { describeFault } from "../../src/base/fault.ts";
import { REASONS, type Reason } from "../../src/datapath/reason.ts";
import { type CampaignReport, runCampaign } from "./campaign.ts";
import { withRoutes } from "./routes.ts";

/**
 * The XDP program and its specification side by side: the same tables, the same frames, and after
 * each the same verdict, reason, bytes and tables. See machine.ts.
 */

/** With the seed that nobody chose, a million packets. */
const SEEDS = [1, 2, 3, 4] as const;
const PACKETS = 200_000;

/** Reasons that no packet meets, and why. */
const IMPOSSIBLE: ReadonlyMap<Reason, string> = new Map([
  ["tables-broken", "the control plane writes no entry that points outside of a table"],
]);

/**
 * A campaign that found no difference; undefined, and the test skipped, where BPF may not be
 * loaded.
 */
async function campaign(t: TestContext, seed: number): Promise<CampaignReport | undefined> {
  const report = await withRoutes((routes) => runCampaign({ seed, packets: PACKETS, routes }));
  if (!report.ok && report.fault.code === "BPF_PERMISSION") {
    t.skip(`skipped, because ${describeFault(report.fault)}`);
    return undefined;
  }
  assert.ok(report.ok, report.ok ? "" : describeFault(report.fault));
  assert.equal(report.value.difference, undefined, `seed ${seed}`);
  return report.value;
}

test("packets of fixed seeds meet the same in both, and every reason there is", async (t) => {
  const seen = new Map<Reason, bigint>();
  for (const seed of SEEDS) {
    const report = await campaign(t, seed);
    if (report === undefined) return;
    assert.ok(report.packets >= PACKETS);
    for (const [reason, count] of report.reasons) {
      seen.set(reason, (seen.get(reason) ?? 0n) + count);
    }
  }
  const unseen = REASONS.filter((reason) => (seen.get(reason) ?? 0n) === 0n);
  assert.deepEqual(unseen, [...IMPOSSIBLE.keys()]);
});

test("packets of a seed that nobody chose meet the same in both", async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  t.diagnostic(`seed ${seed}: npm run parity -- --seed ${seed} --packets ${PACKETS}`);
  await campaign(t, seed);
});
