import assert from "node:assert/strict";
import { test } from "node:test";
import type { ElectionGround } from "../../kernel/election-ground.ts";
import { Election } from "./election.ts";

test("who hears that an election has stopped may close its ground at once", () => {
  let [open, touched] = [true, 0];
  const ground = {
    wakeAt: () => {
      assert.ok(open, "a closed ground is asked for nothing");
      touched++;
    },
  } as unknown as ElectionGround;
  const reports: string[] = [];
  const election = new Election(ground, ({ kind }) => {
    reports.push(kind);
    if (kind === "stopped") open = false;
  });
  election.order({ kind: "stop" });
  assert.deepEqual(reports, ["counts", "stopped"]);
  assert.equal(touched, 1);
});
