import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstanceSettings } from "../../src/cluster/settings.ts";
import { director } from "../../src/simulator/directors.ts";
import type { Disturbance } from "../../src/simulator/disturbance.ts";
import { tryPlan } from "../../src/simulator/trial.ts";
import { describeViolation } from "../../src/simulator/violation.ts";

/** What the exploration has found once, as it came out of the shrinking. */

interface Found {
  readonly what: string;
  readonly seed: number;
  readonly settings: Partial<InstanceSettings>;
  /** Priority and drift of node01, node04 and node05. */
  readonly hosts: readonly (readonly [number, number])[];
  readonly quality: { readonly delay: number; readonly jitter: number };
  readonly disturbances: readonly Disturbance[];
  readonly duration: number;
}

const V2 = { version: 2, advertInterval: 1_000_000 } as const;

const FOUND: readonly Found[] = [
  {
    what: "stopped before it could send, a holder sent late and renewed a lease that had ended",
    seed: 1329,
    settings: V2,
    hosts: [
      [150, 122],
      [254, 552],
      [150, 172],
    ],
    quality: { delay: 78, jitter: 325 },
    disturbances: [
      { at: 15_520_632, kind: "pause", host: "node04", duration: 1_904_518, calls: 19 },
      { at: 18_754_764, kind: "priority", host: "node04", priority: 99 },
    ],
    duration: 36_000_000,
  },
  {
    what: "whoever waits for a lease to end has a faster clock than its holder",
    seed: 1345,
    settings: V2,
    hosts: [
      [100, 408],
      [50, -63],
    ],
    quality: { delay: 196, jitter: 210 },
    disturbances: [
      { at: 3_432_126, kind: "link", host: "node01", duration: 2_280_986 },
      { at: 6_836_192, kind: "pause", host: "node04", duration: 6_724_396, calls: 11 },
    ],
    duration: 36_000_000,
  },
];

for (const { what, seed, settings, hosts, quality, disturbances, duration } of FOUND) {
  test(`no more: ${what}`, () => {
    const numbers = [1, 4, 5];
    const plan = {
      hosts: hosts.map(([priority, drift], index) =>
        director(numbers[index]!, priority, settings, { clock: index * 1_000_000, drift }),
      ),
      quality: { ...quality, loss: 0, duplication: 0, reorders: false },
      disturbances,
      duration,
    };
    assert.deepEqual(tryPlan(plan, seed).map(describeViolation), []);
  });
}
