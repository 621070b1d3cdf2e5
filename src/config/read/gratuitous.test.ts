import assert from "node:assert/strict";
import { test } from "node:test";
import type { GratuitousSettings } from "../../cluster/settings.ts";
import { readText } from "../testing/read-text.ts";

const SECOND = 1_000_000;

function garp(lines: string, globals = "", others = ""): GratuitousSettings {
  const { configuration } = readText(`global_defs {
    ${globals}
  }
  ${others}
  vrrp_instance VI {
    interface eth0
    virtual_router_id 51
    ${lines}
  }`);
  return configuration.instances[0]!.garp;
}

const ALL = {
  repeat: 2,
  delay: 3 * SECOND,
  refresh: 60 * SECOND,
  refreshRepeat: 4,
  lowerPriorityDelay: 6 * SECOND,
  lowerPriorityRepeat: 7,
};
const WORDS = [
  "garp_master_repeat 2",
  "garp_master_delay 3",
  "garp_master_refresh 60",
  "garp_master_refresh_repeat 4",
  "garp_lower_prio_delay 6",
  "garp_lower_prio_repeat 7",
];

test("an instance's own words, or those of all", () => {
  assert.deepEqual(garp(WORDS.join("\n")), { ...ALL, arpInterval: 0, naInterval: 0 });
  const globals = WORDS.map((word) => `vrrp_${word}`).join("\n");
  assert.deepEqual(garp("", globals), { ...ALL, arpInterval: 0, naInterval: 0 });
  assert.equal(garp("garp_master_delay 9", globals).delay, 9 * SECOND);
});

test("after a lower priority it is as after becoming master for all", () => {
  const { lowerPriorityDelay, lowerPriorityRepeat } = garp(
    "",
    "vrrp_garp_master_delay 9\nvrrp_garp_master_repeat 8",
  );
  assert.deepEqual([lowerPriorityDelay, lowerPriorityRepeat], [9 * SECOND, 8]);
});

test("vrrp_min_garp is one message and no second time", () => {
  const { repeat, delay, lowerPriorityRepeat, lowerPriorityDelay } = garp("", "vrrp_min_garp");
  assert.deepEqual([repeat, delay, lowerPriorityRepeat, lowerPriorityDelay], [1, 0, 1, 0]);
  assert.equal(garp("", "vrrp_min_garp off").repeat, 5);
});

test("a bad value leaves the default", () => {
  assert.equal(garp("garp_master_delay abc").delay, 5 * SECOND);
  assert.equal(garp("garp_master_refresh").refresh, 0);
});

test("intervals are those of the interface's garp_group, else those of all", () => {
  const globals = "vrrp_garp_interval 0.001\nvrrp_gna_interval 0.000001";
  const groups = `garp_group {
      garp_interval 0.2
      interface eth0
    }
    garp_group {
      gna_interval 0.3
      interfaces {
        eth1
        eth0
      }
    }`;
  const all = garp("", globals);
  assert.deepEqual([all.arpInterval, all.naInterval], [1000, 1]);
  const grouped = garp("", globals, groups);
  assert.deepEqual([grouped.arpInterval, grouped.naInterval], [1000, 300_000]);
});
