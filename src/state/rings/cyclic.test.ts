import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { destinationRing, HASH_RING, sourceRing } from "./cyclic.ts";

test("dh: members have the places in turn", () => {
  assert.deepEqual([...destinationRing(3).subarray(0, 7)], [0, 1, 2, 0, 1, 2, 0]);
  assert.equal(destinationRing(3).length, HASH_RING);
});

test("dh: of more members than places, the newest have one each", () => {
  assert.deepEqual(
    [...destinationRing(300)],
    Array.from({ length: HASH_RING }, (_, place) => place),
  );
});

test("sh: a member has as many places in a row as it has weight, and one at least", () => {
  assert.deepEqual([...sourceRing([3, 0, 2]).subarray(0, 9)], [0, 0, 0, 1, 2, 2, 0, 0, 0]);
});

test("sh: a weight of more than all places leaves none for those that follow", () => {
  assert.deepEqual(new Set(sourceRing([1, 1000, 1])), new Set([0, 1]));
});

test("sh: whatever the weights, each run but the last is as long as its member's weight", () => {
  const weights = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(weights, (list) => {
      const ring = sourceRing(list);
      const turns = list.map((weight) => Math.max(1, weight));
      const expected: number[] = [];
      for (let member = 0; expected.length < HASH_RING; member = (member + 1) % list.length) {
        for (let turn = 0; turn < turns[member]!; turn++) expected.push(member);
      }
      assert.deepEqual([...ring], expected.slice(0, HASH_RING));
    }),
  );
});
