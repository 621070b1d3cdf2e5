import assert from "node:assert/strict";
import { test } from "node:test";
import { Election } from "../../src/daemon/election/election.ts";
import type { ElectionGround } from "../../src/kernel/election-ground.ts";
import type { StartElection } from "../../src/simulator/host.ts";
import { SCENARIOS } from "../../src/simulator/scenario.ts";
import { tryPlan } from "../../src/simulator/trial.ts";
import { describeFinding, explore } from "./explore.ts";
import { randomPlan } from "./random-plan.ts";

const RUNS = 5_000;

test(`${RUNS} random plans: one holder at every instant, and somebody within the bound`, () => {
  const finding = explore(1, RUNS);
  assert.equal(finding && describeFinding(finding), undefined);
});

/** The daemon's election over a ground that does something else. */
function over(change: (ground: ElectionGround) => Partial<ElectionGround>): StartElection {
  return (ground, report) => {
    const base: ElectionGround = {
      now: () => ground.now(),
      wakeAt: (at, wake) => ground.wakeAt(at, wake),
      openVrrp: (order) => ground.openVrrp(order),
      addresses: ground.addresses,
      leases: ground.leases,
      sendFrame: (link, frame) => ground.sendFrame(link, frame),
    };
    return new Election({ ...base, ...change(ground) }, report);
  };
}

test("a lease four times as long as was paid for is found, and what it takes for it", () => {
  const start = over((ground) => ({
    leases: {
      write: (slot, until) => {
        const rest = until - ground.now();
        ground.leases.write(slot, rest > 0 ? ground.now() + 4 * rest : until);
      },
      read: (slot) => ground.leases.read(slot),
    },
  }));
  const { plan } = SCENARIOS.find(({ name }) => name === "lecture-2")!;
  assert.equal(tryPlan(plan, 1, undefined, start)[0]?.kind, "two-holders");
  const finding = explore(1, 200, start);
  assert.equal(finding?.violation.kind, "two-holders");
  const left = finding.plan.disturbances.length;
  assert.ok(left < randomPlan(finding.seed).disturbances.length && left <= 2, String(left));
});

test("a lease that nobody ends when it lets go is found", () => {
  const start = over(({ leases }) => ({
    leases: {
      write: (slot, until) => {
        if (until > 0) leases.write(slot, until);
      },
      read: (slot) => leases.read(slot),
    },
  }));
  assert.equal(explore(1, 200, start)?.violation.kind, "two-holders");
});

test("a daemon that does not hear is found", () => {
  const start = over((ground) => ({
    openVrrp: (order) => ground.openVrrp({ ...order, readable: () => {} }),
    wakeAt: (at, wake) => ground.wakeAt(at === undefined ? at : at + 1_000_000, wake),
  }));
  assert.notEqual(explore(1, 200, start), undefined);
});

test("a daemon that never holds is found", () => {
  const start = over(({ leases }) => ({
    leases: { write: () => {}, read: (slot) => leases.read(slot) },
  }));
  assert.equal(explore(1, 200, start)?.violation.kind, "no-holder");
});
