import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../base/random.ts";
import { HostClock } from "./host-clock.ts";

test("a fast clock gains, and starts where it likes", () => {
  const clock = new HostClock(5_000, 1_000);
  assert.equal(clock.read(0), 5_000);
  assert.equal(clock.read(1_000_000), 1_006_000);
});

test("the true time of what it shows is the first at which it shows it", () => {
  const random = new Random(7);
  for (let count = 0; count < 1_000; count++) {
    const drift = random.integer(2_001) - 1_000;
    const clock = new HostClock(random.integer(1_000_000), drift);
    const shown = 1_000_000 + random.integer(2 ** 31);
    const time = clock.trueTime(shown);
    assert.ok(clock.read(time) >= shown);
    assert.ok(clock.read(time - 1) < shown);
  }
});
