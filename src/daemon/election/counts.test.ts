import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceSettings } from "../../cluster/testing/settings.ts";
import { Counts } from "./counts.ts";

test("the log hears of a reason once a minute, and every message is counted", () => {
  const counts = new Counts(instanceSettings());
  const told = [0, 1_000_000, 59_999_999, 60_000_000].map((now) => {
    counts.arrived("checksum");
    return counts.mayTell("checksum", now);
  });
  assert.deepEqual(told, [true, false, false, true]);
  assert.equal(counts.mayTell("ttl", 1), true, "another reason is another matter");
  assert.deepEqual(counts.read(100, false).dropped, { checksum: 4 });
  assert.equal(counts.read(100, false).received, 4);
});
