import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shrink } from "./shrink.ts";

test("what remains fails, and would not without any one of its steps", () => {
  const lists = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });
  fc.assert(
    fc.property(lists, fc.uniqueArray(fc.integer({ min: 0, max: 20 })), (steps, needed) => {
      const fails = (some: readonly number[]) => needed.every((step) => some.includes(step));
      fc.pre(fails(steps));
      const fewest = shrink(steps, fails);
      assert.deepEqual([...fewest].sort(), [...needed].sort());
    }),
  );
});

test("steps that only matter together go together, and order is kept", () => {
  const steps = Array.from({ length: 100 }, (_, i) => i);
  // An even number of steps from 40 to 49, and 7 before them.
  const fails = (some: readonly number[]) => {
    const middle = some.filter((step) => step >= 40 && step < 50);
    return some.indexOf(7) === 0 && middle.length >= 3;
  };
  const fewest = shrink([7, ...steps], fails);
  assert.equal(fewest.length, 4);
  assert.deepEqual(
    fewest,
    [...fewest].sort((a, b) => a - b),
  );
});

test("a list that cannot shrink costs a few tries, not many", () => {
  let tries = 0;
  const steps = Array.from({ length: 64 }, (_, i) => i);
  const all = shrink(steps, (some) => {
    tries += 1;
    return some.length === steps.length;
  });
  assert.deepEqual(all, steps);
  assert.ok(tries < 200, `${tries} tries`);
});
