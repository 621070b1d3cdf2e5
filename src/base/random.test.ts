import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "./random.ts";

function draw(seed: number, count: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.u32());
}

test("a seed gives the same numbers again, and another seed others", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (seed) => {
      assert.deepEqual(draw(seed, 8), draw(seed, 8));
      assert.notDeepEqual(draw(seed, 8), draw(seed === 0 ? 1 : seed - 1, 8));
    }),
  );
});

test("the numbers of a seed never change, so that a failure can be run again", () => {
  assert.deepEqual(draw(1, 3), [1779833415, 2026416846, 1661539736]);
});

test("integers stay below their limit and reach all of it evenly", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, max) => {
      const drawn = new Random(seed).integer(max);
      assert.ok(Number.isInteger(drawn) && drawn >= 0 && drawn < max);
    }),
  );
  const random = new Random(42);
  const counts = [0, 0, 0, 0, 0, 0];
  for (let roll = 0; roll < 60_000; roll++) counts[random.integer(6)]! += 1;
  // Six standard deviations around 10,000; the seed is fixed, so this holds always or never.
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 550, counts.join(" "));
});

test("pick takes from the list, bytes gives as many as asked", () => {
  const random = new Random(7);
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(["a", "b", "c"])));
  assert.deepEqual([...picked].sort(), ["a", "b", "c"]);
  assert.equal(random.bytes(33).length, 33);
  assert.throws(() => random.pick([]), /broken invariant: a list to pick from/);
});

test("chance is never at 0, always at 1, and in between as often as it says", () => {
  const random = new Random(9);
  let hits = 0;
  for (let round = 0; round < 10_000; round++) {
    assert.ok(!random.chance(0));
    assert.ok(random.chance(1));
    if (random.chance(0.25)) hits += 1;
  }
  assert.ok(Math.abs(hits - 2500) < 260, String(hits));
});
