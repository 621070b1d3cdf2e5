import assert from "node:assert/strict";
import { test } from "node:test";
import { planText } from "../../src/cli/reload/plan-text.ts";
import { DirectorClient } from "../../src/daemon/api/client.ts";
import { withApi } from "./serving.ts";

test("a daemon without a configuration file says so", async () => {
  await withApi(async ({ socket }) => {
    const daemon = new DirectorClient(socket);
    for (const asked of [await daemon.plan(), await daemon.reload()]) {
      assert.ok(!asked.ok);
      assert.equal(asked.fault.code, "NO_CONFIGURATION");
    }
    const instances = await daemon.instances();
    assert.deepEqual(instances, { ok: true, value: [] });
  });
});

test("a plan says what comes, goes and changes in the words of ipvsadm, and whom it hurts", () => {
  const service = {
    kind: "address",
    protocol: "tcp",
    address: "192.168.150.100",
    port: 80,
  } as const;
  const server = { address: "192.168.150.12", port: 80 };
  const limits = { upperThreshold: 0, lowerThreshold: 0 };
  const text = planText({
    path: "/etc/keepalived/keepalived.conf",
    findings: ["/etc/keepalived/keepalived.conf:3: nobody knows lb_allgo."],
    elections: [
      { instance: "VI_1", change: "changes", details: ["priority 100 → 90"] },
      { instance: "VI_2", change: "leaves", details: [], risk: "election" },
    ],
    operations: [
      {
        operation: {
          kind: "add-service",
          service,
          options: { scheduler: "rr", onePacket: true, schedulerFlags: 0 },
        },
      },
      {
        operation: {
          kind: "edit-server",
          service,
          server,
          options: { method: "dr", weight: 0, ...limits },
        },
        risk: "new-connections",
      },
      { operation: { kind: "delete-server", service, server }, risk: "connections" },
    ],
  });
  const elsewhere = "new connections go elsewhere";
  assert.deepEqual(text.split("\n"), [
    "/etc/keepalived/keepalived.conf:3: nobody knows lb_allgo.",
    "~ vrrp_instance VI_1: priority 100 → 90",
    "- vrrp_instance VI_2  ! its addresses go to another director",
    "+ ipvsadm -A -t 192.168.150.100:80 -s rr -o",
    `~ ipvsadm -e -t 192.168.150.100:80 -r 192.168.150.12:80 -g -w 0  ! ${elsewhere}`,
    "- ipvsadm -d -t 192.168.150.100:80 -r 192.168.150.12:80  ! its connections end",
    "",
  ]);
});

test("where there is nothing to change, a plan says that", () => {
  const text = planText({ path: "/a.conf", findings: [], elections: [], operations: [] });
  assert.equal(text, "Nothing to change: the daemon goes by /a.conf already\n");
});
