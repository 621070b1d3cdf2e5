import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceSettings } from "../cluster/testing/settings.ts";
import { planElections } from "./plan-elections.ts";

test("who joins says where and for what, who leaves gives its addresses away", () => {
  const joins = planElections([instanceSettings()], []);
  assert.deepEqual(joins, [
    {
      instance: "VI_1",
      change: "joins",
      details: [
        "interface eth0",
        "virtual_router_id 51",
        "priority 100",
        "virtual_ipaddress 192.168.150.100",
      ],
    },
  ]);
  assert.deepEqual(planElections([], [instanceSettings()]), [
    { instance: "VI_1", change: "leaves", details: [], risk: "election" },
  ]);
});

test("another priority is no risk, another router is, and nothing is nothing", () => {
  const before = [instanceSettings()];
  assert.deepEqual(planElections(before, [instanceSettings()]), []);
  assert.deepEqual(planElections([instanceSettings({ priority: 90 })], before), [
    { instance: "VI_1", change: "changes", details: ["priority 100 → 90"] },
  ]);
  const [moved] = planElections([instanceSettings({ router: 52 })], before);
  assert.equal(moved?.risk, "election");
});

test("a password is never told, only that it is another", () => {
  const before = [instanceSettings({ password: "1111" })];
  const [changed] = planElections([instanceSettings({ password: "2222" })], before);
  assert.deepEqual(changed?.details, ["another auth_pass"]);
  assert.equal(changed?.risk, "election");
  const [gone] = planElections([instanceSettings()], before);
  assert.deepEqual(gone?.details, ["authentication PASS → none"]);
});

test("what has no word of its own here still counts as a change", () => {
  const before = [instanceSettings()];
  const after = [instanceSettings({ notify: { any: { words: ["/bin/true"] } } })];
  const [changed] = planElections(after, before);
  assert.deepEqual([changed?.change, changed?.details], ["changes", []]);
});
