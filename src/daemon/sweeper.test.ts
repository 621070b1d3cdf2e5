import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { failure, success } from "../base/fault.ts";
import { Sweeper } from "./sweeper.ts";

const SLICE_MAX = 4096;
const TURNS_A_ROUND = 10;

test("a round takes every bucket once, in order, in at most ten turns", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 200_000 }),
      fc.nat({ max: 2 ** 32 - 1 }),
      (buckets, now) => {
        const slices: [number, number][] = [];
        const sweeper = new Sweeper(buckets, (first, count, at) => {
          assert.equal(at, now);
          slices.push([first, count]);
          return success({ expired: 1, live: count });
        });
        for (let round = 0; round < 2; round++) {
          let next = 0;
          for (let turn = 0; next < buckets; turn++) {
            assert.ok(turn < TURNS_A_ROUND);
            const swept = sweeper.turn(now);
            const taken = slices.splice(0);
            for (const [first, count] of taken) {
              assert.equal(first, next);
              assert.ok(count > 0 && count <= SLICE_MAX);
              next += count;
            }
            const live = taken.reduce((sum, [, count]) => sum + count, 0);
            assert.deepEqual(swept, success({ expired: taken.length, live }));
          }
          assert.equal(next, buckets);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("a slice that fails is the next turn's first", () => {
  const firsts: number[] = [];
  let refuse = true;
  const sweeper = new Sweeper(10 * SLICE_MAX, (first) => {
    firsts.push(first);
    if (first === SLICE_MAX && refuse) return failure("BPF_REFUSED", "no");
    return success({ expired: 0, live: 0 });
  });
  assert.ok(sweeper.turn(0).ok);
  assert.ok(!sweeper.turn(0).ok);
  refuse = false;
  assert.ok(sweeper.turn(0).ok);
  assert.deepEqual(firsts, [0, SLICE_MAX, SLICE_MAX]);
});
