import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { TrackProcess } from "../../cluster/settings.ts";
import { ProcessDelays } from "./process-delays.ts";

const WEB: TrackProcess = {
  name: "web",
  command: ["nginx"],
  parameters: "ignored",
  fullCommand: false,
  weight: 0,
  reverse: false,
  quorum: 1,
  quorumMax: 3,
  forkDelay: 2_000_000,
  terminateDelay: 5_000_000,
};
const AT_ONCE: TrackProcess = { ...WEB, name: "cron", forkDelay: 0, terminateDelay: 0 };

function setUp(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const enough = new Map<string, boolean>();
  const told: string[] = [];
  const delays = new ProcessDelays([WEB, AT_ONCE], enough, () =>
    told.push(`${enough.get("web")} ${enough.get("cron")}`),
  );
  return { delays, told, pass: (seconds: number) => context.mock.timers.tick(seconds * 1000) };
}

test("the first count is at once, and a change counts when its delay is over", (context) => {
  const { delays, told, pass } = setUp(context);
  delays.take([0, 1]);
  assert.deepEqual(told.splice(0), ["false true"]);
  delays.take([1, 0]);
  assert.deepEqual(told.splice(0), ["false false"]);
  pass(1.9);
  assert.deepEqual(told, []);
  pass(0.1);
  assert.deepEqual(told.splice(0), ["true false"]);
  delays.take([0, 0]);
  pass(4.9);
  assert.deepEqual(told.splice(0), ["true false"]);
  pass(0.1);
  assert.deepEqual(told, ["false false"]);
});

test("who comes back within the delay was never away, and others do not prolong it", (context) => {
  const { delays, told, pass } = setUp(context);
  delays.take([1, 1]);
  delays.take([0, 1]);
  pass(4);
  delays.take([1, 1]);
  pass(10);
  assert.deepEqual(new Set(told.splice(0)), new Set(["true true"]));
  delays.take([0, 1]);
  pass(4);
  delays.take([0, 0]);
  pass(1);
  assert.deepEqual(told, ["true true", "true false", "false false"]);
});

test("too many are so after the delay of a fork", (context) => {
  const { delays, told, pass } = setUp(context);
  delays.take([3, 1]);
  delays.take([4, 1]);
  pass(2);
  assert.deepEqual(told, ["true true", "true true", "false true"]);
});

test("who is closed tells nothing any more", (context) => {
  const { delays, told, pass } = setUp(context);
  delays.take([1, 1]);
  delays.take([0, 1]);
  delays.close();
  pass(10);
  assert.deepEqual(told, ["true true", "true true"]);
});
