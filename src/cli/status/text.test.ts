import assert from "node:assert/strict";
import { test } from "node:test";
import type { InstanceCounts } from "../../daemon/api/availability.ts";
import type { Status } from "../../daemon/api/schema.ts";
import { statusText } from "./text.ts";

const STATUS: Status = {
  name: "default",
  pid: 77,
  resumed: false,
  interfaces: [
    { name: "eth0", mode: "native" },
    { name: "eth1", mode: "generic", because: "its driver takes no program" },
  ],
  connections: { live: 3, capacity: 65_536 },
  reasons: { forwarded: "18446744073709551615", scheduled: "7", "no-lease": "0" },
};

const INSTANCE: InstanceCounts = {
  name: "VI_1",
  state: "MASTER",
  priority: 100,
  holding: true,
  sent: 1200,
  received: 3,
  dropped: {},
  becameMaster: 1,
  releasedMaster: 0,
  latest: 250,
};

test("without an election there is nothing about elections", () => {
  const lines = statusText(STATUS, []).split("\n");
  assert.deepEqual(lines.slice(0, 5), [
    'Daemon "default", process 77',
    "  eth0: XDP in native mode",
    "  eth1: XDP in generic mode, because its driver takes no program",
    "  3 connections, room for 65536",
    "Packets that …",
  ]);
  assert.match(lines[5]!, /^ {2}18446744073709551615 {2}\S/);
  assert.match(lines[6]!, /^ {13}7 {2}\S/);
  assert.deepEqual(lines.slice(7), [""], "what never happened has no line");
});

test("each instance is a row, and what it dropped has its reasons, the most first", () => {
  const backup: InstanceCounts = {
    ...INSTANCE,
    name: "VI_of_ipv6",
    state: "BACKUP",
    priority: 50,
    holding: false,
    sent: 0,
    received: 12_345,
    dropped: { ttl: 1, password: 20 },
  };
  const lines = statusText({ ...STATUS, interfaces: [] }, [INSTANCE, backup]).split("\n");
  assert.deepEqual(lines.slice(2, 7), [
    "VRRP instances",
    "  NAME        STATE   PRIORITY  HOLDS  SENT  RECEIVED  DROPPED",
    "  VI_1        MASTER       100  yes    1200         3  none",
    "  VI_of_ipv6  BACKUP        50  no        0     12345  20 password, 1 ttl",
    "Packets that …",
  ]);
});
