import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Counters, NO_COUNTERS } from "./counters.ts";
import { estimate, NO_ESTIMATE, readEstimate } from "./estimator.ts";

function all(value: bigint): Counters {
  return {
    connections: value,
    inPackets: value,
    outPackets: value,
    inBytes: value,
    outBytes: value,
  };
}

/** Totals that grow by `news` every two seconds, `turns` times. */
function after(turns: number, news: bigint, start = NO_ESTIMATE) {
  let now = start;
  for (let i = 0; i < turns; i++) now = estimate(now, all((now.last.inBytes ?? 0n) + news));
  return now;
}

test("the first two seconds count for a quarter, rounded as the kernel rounds", () => {
  // ip_vs_est.c by hand: (100 << 9) / 4 = 12800, and (12800 + 0x1ff) >> 10 = 12; for bytes
  // (100 << 4) / 4 = 400, and (400 + 0xf) >> 5 = 12.
  assert.deepEqual(readEstimate(after(1, 100n)), all(12n));
  // (101 << 9) / 4 = 12928, and (12928 + 0x1ff) >> 10 = 13.
  assert.equal(readEstimate(after(1, 101n)).inPackets, 13n);
});

test("a steady rate is met in the end", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 40n }), (rate) => {
      assert.deepEqual(readEstimate(after(150, 2n * rate)), all(rate));
    }),
  );
});

test("an estimate lies between the one before and what came in", () => {
  const amount = fc.bigInt({ min: 0n, max: 1n << 32n });
  fc.assert(
    fc.property(fc.array(amount), amount, (history, news) => {
      let before = NO_ESTIMATE;
      for (const each of history) before = estimate(before, all(before.last.inBytes + each));
      const now = estimate(before, all(before.last.inBytes + news)).average.inPackets;
      const [low, high] = [before.average.inPackets, news << 9n].sort((a, b) => (a < b ? -1 : 1));
      assert.ok(low! <= now && now <= high!);
    }),
  );
});

test("silence brings the rate down to nothing", () => {
  assert.deepEqual(readEstimate(after(150, 0n, after(10, 1_000_000n))), NO_COUNTERS);
});

test("totals that were set back to zero count as no news", () => {
  const busy = after(10, 1000n);
  const zeroed = estimate(busy, NO_COUNTERS);
  assert.deepEqual(zeroed.last, NO_COUNTERS);
  assert.ok(zeroed.average.inPackets < busy.average.inPackets);
  assert.ok(zeroed.average.inPackets > 0n);
});
