import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Run, runSlots, SlotAllocator } from "./slot-allocator.ts";

const GRACE = 100n;

test("a run has the next power of two of slots", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map(runSlots), [1, 1, 2, 4, 4, 8, 16]);
});

test("a run that comes back rests, and is then taken again for its size", () => {
  const allocator = new SlotAllocator(4, GRACE);
  const run = allocator.take(3, 0n);
  assert.deepEqual(run, { start: 0, slots: 4 });
  allocator.give(run!, 0n);
  assert.equal(allocator.take(4, 99n), undefined);
  assert.deepEqual(allocator.take(4, 100n), run);
});

function overlap(a: Run, b: Run): boolean {
  return a.start < b.start + b.slots && b.start < a.start + a.slots;
}

test("runs never overlap one another, nor those that were claimed", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 });
  fc.assert(
    fc.property(sizes, sizes, (claimedSizes, wanted) => {
      const allocator = new SlotAllocator(256, GRACE);
      let start = 3;
      const claimed = claimedSizes.map((size) => {
        const run = { start, slots: runSlots(size) };
        start += run.slots + size;
        return run;
      });
      allocator.claim(claimed);
      const runs = [...claimed];
      for (const size of wanted) {
        const run = allocator.take(size, 0n);
        if (run === undefined) continue;
        assert.ok(run.slots >= size && run.start >= 0 && run.start + run.slots <= 256);
        for (const other of runs) assert.ok(!overlap(run, other), JSON.stringify([run, other]));
        runs.push(run);
      }
    }),
  );
});

test("what lies between claimed runs is free at once", () => {
  const allocator = new SlotAllocator(8, GRACE);
  allocator.claim([{ start: 4, slots: 4 }]);
  assert.deepEqual(allocator.take(4, 0n), { start: 0, slots: 4 });
  assert.equal(allocator.take(1, 0n), undefined);
});
