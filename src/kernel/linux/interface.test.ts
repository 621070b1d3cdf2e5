import assert from "node:assert/strict";
import test from "node:test";
import { parseInterfaces } from "./interface.ts";

const REPORT = JSON.stringify([
  {
    ifindex: 1,
    ifname: "lo",
    flags: ["LOOPBACK", "UP", "LOWER_UP"],
    link_type: "loopback",
    address: "00:00:00:00:00:00",
    addr_info: [
      { family: "inet", local: "127.0.0.1", prefixlen: 8, scope: "host" },
      { family: "inet", local: "192.168.150.100", prefixlen: 32, scope: "global" },
    ],
  },
  {},
  {
    ifindex: 7,
    ifname: "eth0",
    flags: ["BROADCAST"],
    link_type: "ether",
    address: "02:00:00:00:00:12",
    addr_info: [{ family: "inet6", local: "fe80::12", prefixlen: 64, scope: "link" }],
  },
]);

test("parseInterfaces() reads names, addresses and state, and skips what a filter left out", () => {
  const [lo, eth0, ...more] = parseInterfaces(REPORT);
  assert.equal(more.length, 0);
  assert.deepEqual(lo?.addresses[1], {
    family: 4,
    address: "192.168.150.100",
    prefix: 32,
    scope: "global",
  });
  assert.equal(lo?.up, true);
  assert.equal(lo?.ethernet, false);
  assert.deepEqual(eth0, {
    index: 7,
    name: "eth0",
    mac: "02:00:00:00:00:12",
    up: false,
    ethernet: true,
    addresses: [{ family: 6, address: "fe80::12", prefix: 64, scope: "link" }],
  });
});
