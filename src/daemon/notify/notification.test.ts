import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceSettings } from "../../cluster/testing/settings.ts";
import { configurationOf } from "../../config/testing/configuration.ts";
import { lowerHeardNotification, stateNotification } from "./notification.ts";

const script = (...words: string[]) => ({ words });

const CONFIGURATION = configurationOf({
  instances: [
    instanceSettings({
      notify: {
        any: script("/tmp/n_any", "x", "y"),
        master: script("/tmp/n_master", "a", "b"),
        stop: script("/tmp/n_stop"),
        masterReceivesLower: script("/tmp/n_rxlower"),
      },
    }),
  ],
  groups: [
    {
      name: "G1",
      members: ["VI_1"],
      tracks: [],
      sharesTracks: false,
      notify: { any: script("/tmp/n_any", "group") },
      mails: true,
    },
  ],
});

/** As keepalived 2.2.7 called them and wrote them, in test/truth's capture of notifications. */
test("scripts get what keepalived gives them, that of the state before the one of all", () => {
  const event = { of: "INSTANCE", name: "VI_1", state: "MASTER", priority: 100 } as const;
  assert.deepEqual(stateNotification(CONFIGURATION, event), {
    scripts: [
      script("/tmp/n_master", "a", "b"),
      script("/tmp/n_any", "x", "y", "INSTANCE", "VI_1", "MASTER", "100"),
    ],
    fifo: { of: "vrrp", line: 'INSTANCE "VI_1" MASTER 100' },
  });
});

test("of another priority in the same state only the script of all hears, and the FIFO", () => {
  const event = { of: "INSTANCE", name: "VI_1", state: "MASTER", priority: 90 } as const;
  const { scripts, fifo } = stateNotification(CONFIGURATION, { ...event, before: "MASTER" });
  assert.deepEqual(scripts, [script("/tmp/n_any", "x", "y", "INSTANCE", "VI_1", "MASTER", "90")]);
  assert.equal(fifo?.line, 'INSTANCE "VI_1" MASTER 90');
});

test("a group has the priority 0, and a mail where it asks for one", () => {
  const event = { of: "GROUP", name: "G1", state: "BACKUP", priority: 0 } as const;
  const { scripts, fifo, mail } = stateNotification(CONFIGURATION, event);
  assert.deepEqual(scripts, [script("/tmp/n_any", "group", "GROUP", "G1", "BACKUP", "0")]);
  assert.equal(fifo?.line, 'GROUP "G1" BACKUP 0');
  assert.equal(mail?.subject, "[weir] VRRP Group G1 - Entering BACKUP state");
});

test("of what is not configured, and of the beginning, nobody hears", () => {
  for (const [name, state] of [
    ["VI_9", "MASTER"],
    ["VI_1", "INIT"],
  ] as const) {
    const event = { of: "INSTANCE", name, state, priority: 1 } as const;
    assert.deepEqual(stateNotification(CONFIGURATION, event), { scripts: [] });
  }
});

test("a lower priority that is heard has its own script and word", () => {
  assert.deepEqual(lowerHeardNotification(CONFIGURATION, "VI_1", 90), {
    scripts: [script("/tmp/n_rxlower")],
    fifo: { of: "vrrp", line: 'INSTANCE "VI_1" MASTER_RX_LOWER_PRI 90' },
  });
});
