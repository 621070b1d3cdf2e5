import assert from "node:assert/strict";
import { test } from "node:test";
import { beginScriptHealth, judgeScript, type ScriptHealth } from "./script-health.ts";

const SCRIPT = { rise: 3, fall: 2, startsFailed: false };

/** What is known after each of these results. */
function verdicts(results: readonly boolean[], start: ScriptHealth): (boolean | undefined)[] {
  let health = start;
  return results.map((succeeded) => {
    health = judgeScript(SCRIPT, health, succeeded);
    return health.up;
  });
}

test("the first result counts at once, also a bad one", () => {
  assert.equal(beginScriptHealth(SCRIPT).up, undefined);
  assert.deepEqual(verdicts([true], beginScriptHealth(SCRIPT)), [true]);
  assert.deepEqual(verdicts([false], beginScriptHealth(SCRIPT)), [false]);
});

test("`fall` failures in a row bring it down, `rise` successes in a row up again", () => {
  const results = [true, false, false, true, true, true];
  const expected = [true, true, false, false, false, true];
  assert.deepEqual(verdicts(results, beginScriptHealth(SCRIPT)), expected);
});

test("a result to the contrary begins the row anew", () => {
  const up = { up: true, against: 0 };
  assert.deepEqual(verdicts([false, true, false, true], up), [true, true, true, true]);
  const down = { up: false, against: 0 };
  assert.deepEqual(verdicts([true, true, false, true, true], down), Array(5).fill(false));
});

test("with init_fail it is down from the start, and rises like any other", () => {
  const start = beginScriptHealth({ startsFailed: true });
  assert.deepEqual(verdicts([true, true, true], start), [false, false, true]);
});
