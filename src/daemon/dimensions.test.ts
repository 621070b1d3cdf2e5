import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { POOL_SLOT_BYTES } from "../datapath/constants.ts";
import { arrays } from "../datapath/layout.ts";
import { poolSlots } from "../datapath/pool.ts";
import { ringSize } from "../state/pool-plan.ts";
import { runSlots } from "../state/slot-allocator.ts";
import { DEFAULT_SIZES, dimensionsOf } from "./dimensions.ts";

test("the default sizes are sizes", () => {
  const dimensions = dimensionsOf(DEFAULT_SIZES, 4);
  assert.ok(dimensions.ok);
  assert.equal(arrays(dimensions.value).connections_cold.entries, DEFAULT_SIZES.connections);
  assert.equal(dimensions.value.cpus, 4);
});

test("what is asked for fits, and no bucket more than it takes", () => {
  const sizes = fc.record({
    connections: fc.integer({ min: 32, max: 1 << 30 }),
    services: fc.integer({ min: 1, max: 1_048_576 }),
    servers: fc.integer({ min: 1, max: 65_536 }),
  });
  fc.assert(
    fc.property(sizes, (asked) => {
      const made = dimensionsOf(asked, 1);
      assert.ok(made.ok);
      const { buckets, services, servers, vips } = made.value;
      assert.ok(8 * buckets >= asked.connections && 8 * (buckets - 1) < asked.connections);
      assert.equal(services, 2 * asked.services, "beside what is live");
      assert.equal(servers, asked.servers);
      assert.ok(vips >= 1 && vips <= 65_536, "a cold record names a VIP by 16 bits");
    }),
  );
});

test("of the default sizes every service may have a ring of sh, or 1024 one of mh", () => {
  const made = dimensionsOf(DEFAULT_SIZES, 1);
  assert.ok(made.ok);
  const twice = (services: number, scheduler: string) => {
    const shared = Math.floor(DEFAULT_SIZES.servers / services);
    return 2 * services * runSlots(poolSlots(shared, ringSize(scheduler), true));
  };
  assert.ok(twice(DEFAULT_SIZES.services, "sh") <= made.value.poolSlots);
  assert.ok(twice(1024, "mh") <= made.value.poolSlots);
  assert.ok(made.value.poolSlots * POOL_SLOT_BYTES < 64 * 2 ** 20, "in less than 64 MiB");
});

test("pools have room twice, however the servers are shared out among the services", () => {
  const pools = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(pools, (counts) => {
      const servers = Math.max(
        1,
        counts.reduce((sum, count) => sum + count, 0),
      );
      const made = dimensionsOf({ connections: 32, services: counts.length, servers }, 1);
      assert.ok(made.ok);
      const taken = counts.map((count) => runSlots(poolSlots(count, 0, true)));
      assert.ok(2 * taken.reduce((sum, slots) => sum + slots, 0) <= made.value.poolSlots);
    }),
  );
});

for (const [option, sizes] of [
  ["--connections", { connections: 31 }],
  ["--connections", { connections: Number.NaN }],
  ["--connections", { connections: (1 << 30) + 1 }],
  ["--services", { services: 0 }],
  ["--services", { services: 1.5 }],
  ["--servers", { servers: -1 }],
  ["--servers", { servers: 65_537 }],
] as const) {
  test(`dimensionsOf() refuses ${option} ${Object.values(sizes)}`, () => {
    const made = dimensionsOf({ ...DEFAULT_SIZES, ...sizes }, 1);
    assert.ok(!made.ok);
    assert.equal(made.fault.code, "SIZE_INVALID");
    assert.match(made.fault.message, new RegExp(`^${option} `));
    assert.match(made.fault.fix!, /^give a whole number from \d+ to \d+$/);
  });
}
