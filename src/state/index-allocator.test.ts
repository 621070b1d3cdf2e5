import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IndexAllocator } from "./index-allocator.ts";

const GRACE = 100n;

test("every index is handed out once, and then there is none", () => {
  const allocator = new IndexAllocator(3, GRACE);
  assert.deepEqual(
    [0, 1, 2, 3].map(() => allocator.take(0n)),
    [0, 1, 2, undefined],
  );
});

test("an index that comes back rests for the grace time", () => {
  const allocator = new IndexAllocator(1, GRACE);
  assert.equal(allocator.take(0n), 0);
  allocator.give(0, 50n);
  assert.equal(allocator.take(149n), undefined);
  assert.equal(allocator.take(150n), 0);
});

test("claimed indices are not handed out, and those between them are", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 19 })), (claimed) => {
      const allocator = new IndexAllocator(20, GRACE);
      for (const index of claimed) allocator.claim(index);
      const taken = Array.from({ length: 20 - claimed.length }, () => allocator.take(0n));
      assert.equal(allocator.take(0n), undefined);
      const all = [...taken, ...claimed].sort((a, b) => a! - b!);
      assert.deepEqual(
        all,
        Array.from({ length: 20 }, (_, i) => i),
      );
    }),
  );
});

test("no index is ever held twice", () => {
  const steps = fc.array(fc.record({ give: fc.boolean(), wait: fc.bigInt(0n, 150n) }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (plan) => {
      const allocator = new IndexAllocator(5, GRACE);
      const held = new Set<number>();
      const resting = new Map<number, bigint>();
      let now = 0n;
      for (const { give, wait } of plan) {
        now += wait;
        const [oldest] = held;
        if (give && oldest !== undefined) {
          held.delete(oldest);
          resting.set(oldest, now + GRACE);
          allocator.give(oldest, now);
          continue;
        }
        const index = allocator.take(now);
        if (index === undefined) {
          assert.ok(held.size + resting.size === 5, "only a full table has none");
          continue;
        }
        assert.ok(!held.has(index) && (resting.get(index) ?? now) <= now);
        resting.delete(index);
        held.add(index);
      }
    }),
  );
});
