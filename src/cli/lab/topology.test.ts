import assert from "node:assert/strict";
import test from "node:test";
import { hostsOf, TOPOLOGIES } from "./topology.ts";

for (const topology of TOPOLOGIES.values()) {
  test(`the drawing of "${topology.kind}" shows every host and both its addresses`, () => {
    for (const { name, role, address, mac } of topology.hosts) {
      const words = new RegExp(`${name}(, ${role})?`);
      assert.match(topology.drawing, words);
      assert.match(topology.drawing, new RegExp(`${address}\\b`));
      assert.match(topology.drawing, new RegExp(mac));
    }
    assert.match(topology.drawing, new RegExp(`VIP ${topology.vip}`));
    for (const line of topology.drawing.split("\n")) assert.ok(line.length <= 80, line);
  });

  test(`no two hosts of "${topology.kind}" share a name or an address, or have the VIP`, () => {
    for (const key of ["name", "address", "mac"] as const) {
      const values = topology.hosts.map((host) => host[key]);
      assert.equal(new Set([...values, topology.vip]).size, values.length + 1);
    }
    assert.ok(hostsOf(topology, "director").length > 0);
  });
}
