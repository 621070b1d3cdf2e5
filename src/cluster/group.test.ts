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

test("one that takes its addresses takes the others along, one that lets go even more", () => {
  assert.equal(groupMove(["BACKUP", "BACKUP"], ["MASTER", "BACKUP"]), "master");
  assert.equal(groupMove(["MASTER", "MASTER"], ["MASTER", "BACKUP"]), "backup");
  assert.equal(groupMove(["MASTER", "BACKUP"], ["BACKUP", "MASTER"]), "backup");
  assert.equal(groupMove(["MASTER", "MASTER"], ["MASTER", "MASTER"]), undefined);
});
