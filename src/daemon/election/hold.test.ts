import assert from "node:assert/strict";
import { test } from "node:test";
import { success } from "../../base/fault.ts";
import type { ElectionGround, HeldAddress } from "../../kernel/election-ground.ts";
import { Hold } from "./hold.ts";

const ADDRESS: HeldAddress = { link: 2, family: 4, address: "192.168.150.100", prefix: 24 };
/** How much sooner than it was told a kernel takes an address away, in microseconds. */
const EARLINESS = 250_000;

/** Until when the lease is in force, and until when the kernel has the address at least. */
function held() {
  let now = 10_000_000;
  const ends = { lease: 0, address: 0 };
  const ground = {
    now: () => now,
    leases: {
      write: (_: number, until: number) => {
        ends.lease = until;
      },
      read: () => ends.lease,
    },
    addresses: {
      hold: (_: HeldAddress, seconds: number) => {
        ends.address = now + seconds * 1_000_000 - EARLINESS;
        return success(undefined);
      },
      release: () => {
        ends.address = 0;
        return success(undefined);
      },
    },
  } as unknown as ElectionGround;
  return {
    ends,
    hold: new Hold(ground, 1, [ADDRESS]),
    now: () => now,
    pass: (time: number) => {
      now += time;
    },
  };
}

test("however long leases are, the kernel has the addresses for longer", () => {
  for (const interval of [10_000, 90_000, 100_000, 260_000, 500_000, 1_000_000, 1_100_000]) {
    const { ends, hold, now, pass } = held();
    hold.renew(now(), 2.5 * interval);
    hold.take();
    for (let advertisement = 0; advertisement < 40; advertisement++) {
      assert.ok(ends.address >= ends.lease, `${interval}: ${ends.lease - ends.address} too soon`);
      pass(interval);
      hold.renew(now(), 2.5 * interval);
    }
  }
});

test("a lease that is much longer than the one a moment before is one of the addresses too", () => {
  const { ends, hold, now, pass } = held();
  hold.renew(now(), 250_000);
  hold.take();
  pass(100_000);
  hold.change([ADDRESS]);
  pass(100_000);
  hold.renew(now(), 7_500_000);
  assert.equal(ends.lease, now() + 7_500_000);
  assert.ok(ends.address >= ends.lease);
});

test("addresses that somebody takes away come back soon, whatever the kernel was told", () => {
  const { ends, hold, now, pass } = held();
  hold.renew(now(), 2_500_000);
  hold.take();
  ends.address = 0;
  pass(300_000);
  hold.renew(now(), 2_500_000);
  assert.ok(ends.address >= ends.lease);
});

test("who goes on within a lease has the addresses for the rest of it", () => {
  const { ends, hold, now } = held();
  hold.resume(now() + 1_000_000);
  hold.take();
  assert.equal(ends.lease, now() + 1_000_000);
  assert.ok(ends.address >= ends.lease);
});

test("who lets go has neither", () => {
  const { ends, hold, now } = held();
  hold.renew(now(), 2_500_000);
  hold.take();
  hold.release();
  assert.deepEqual(ends, { lease: 0, address: 0 });
  assert.equal(hold.holding, false);
});

test("a lease that has ended before it could be renewed stays ended", () => {
  const { ends, hold, now, pass } = held();
  hold.renew(now(), 2_500_000);
  hold.take();
  const { lease } = ends;
  pass(2_500_000);
  hold.renew(now(), 2_500_000);
  assert.equal(ends.lease, lease);
});
