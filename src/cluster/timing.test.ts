import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { freeAt, heard, NO_OTHERS } from "./others.ts";
import {
  answerTime,
  claimLength,
  downInterval,
  leaseLength,
  renewal,
  skewTime,
  VOLLEY,
  volleyStep,
} from "./timing.ts";

const SECOND = 1_000_000;
const interval = fc.integer({ min: 1, max: 4095 }).map((hundredths) => hundredths * 10_000);

test("Skew_Time and Master_Down_Interval (RFC 9568 and RFC 3768 section 6.1)", () => {
  assert.equal(skewTime(3, 100, 100_000), 60_938);
  assert.equal(skewTime(2, 100, 5 * SECOND), 609_375, "of a second, whatever the interval");
});

test("a claim ends with the skew, and of short skews half is left before it", () => {
  const second = { version: 2, downTimerAdverts: 3, advertInterval: SECOND } as const;
  assert.equal(downInterval(second, 90, SECOND) + claimLength(SECOND), 3_648_438);
  assert.equal(downInterval(second, 192, SECOND) + claimLength(SECOND), 3_250_000);
  assert.equal(downInterval(second, 254, SECOND), 3_003_907);
  const fast = { version: 3, downTimerAdverts: 3, advertInterval: 10_000 } as const;
  assert.equal(downInterval(fast, 254, 10_000), 30_039);
  fc.assert(
    fc.property(interval, fc.integer({ min: 1, max: 253 }), (length, priority) => {
      const settings = { version: 3, downTimerAdverts: 3, advertInterval: length } as const;
      const worse = downInterval(settings, priority, length);
      assert.ok(downInterval(settings, priority + 2, length) < worse, "the better one is first");
    }),
  );
});

test("a lease ends before any backup's timer fires, with half an interval between", () => {
  fc.assert(
    fc.property(interval, fc.integer({ min: 1, max: 255 }), (length, priority) => {
      const settings = { version: 3, downTimerAdverts: 3, advertInterval: length } as const;
      const down = downInterval(settings, priority, length);
      assert.ok(down - leaseLength(length) >= length / 2);
    }),
  );
});

test("who was heard is waited for as long as its lease, and one lost message, may last", () => {
  fc.assert(
    fc.property(interval, (length) => {
      const free = freeAt(heard(NO_OTHERS, "10.0.0.1", length, 0));
      // A part in a thousand for either clock.
      assert.ok(free >= 1.002 * (length + leaseLength(length)));
    }),
  );
});

test("a lease that is renewed late is shorter, so that the wait from the one before holds", () => {
  assert.equal(renewal(SECOND, 0, SECOND), 2_500_000);
  assert.equal(renewal(SECOND, 0, 2 * SECOND), 1_500_000);
  assert.equal(renewal(SECOND, 0, 3_499_999), 1);
  assert.equal(renewal(SECOND, 0, 4 * SECOND), 0);
});

test("a claim is an eighth of an interval, and at least 10 ms", () => {
  assert.equal(claimLength(SECOND), 125_000);
  assert.equal(claimLength(20_000), 10_000);
  assert.equal(claimLength(10_000), 10_000);
  const parts = (VOLLEY - 1) * volleyStep(SECOND) + answerTime(SECOND);
  assert.equal(parts, claimLength(SECOND));
});
