import assert from "node:assert/strict";
import { test } from "node:test";
import { groupMove, groupState } from "./group.ts";

test("a group is master when all are, and at fault when one is", () => {
  assert.equal(groupState(["MASTER", "MASTER"]), "MASTER");
  assert.equal(groupState(["MASTER", "BACKUP"]), "BACKUP");
  assert.equal(groupState(["MASTER", "FAULT"]), "FAULT");
  assert.equal(groupState(["BACKUP", "INIT"]), "BACKUP");
  assert.equal(groupState(["STOP", "STOP"]), "STOP");
  assert.equal(groupState([]), "INIT");
});

test("one that claims takes the others along, and one that gives way even more so", () => {
  assert.equal(groupMove([], [false, false]), undefined);
  assert.equal(groupMove([false, false], [true, false]), "master");
  assert.equal(groupMove([true, true], [true, false]), "backup");
  assert.equal(groupMove([true, false], [false, true]), "backup");
  assert.equal(groupMove([true, true], [true, true]), undefined);
});
