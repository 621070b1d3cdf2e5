import assert from "node:assert/strict";
import test from "node:test";
import { findTopology, hostsOf, TOPOLOGIES } from "./topology.ts";

for (const topology of TOPOLOGIES.values()) {
  test(`the drawing of "${topology.kind}" shows every host and all its addresses`, () => {
    for (const { name, role, links } of topology.hosts) {
      const words = new RegExp(`${name}(, ${role})?`);
      assert.match(topology.drawing, words);
      for (const { address, mac } of links) {
        assert.match(topology.drawing, new RegExp(`${address}(?![\\d.])`));
        assert.match(topology.drawing, new RegExp(mac));
      }
    }
    assert.match(topology.drawing, new RegExp(`VIP ${topology.vip}`));
    for (const line of topology.drawing.split("\n")) assert.ok(line.length <= 80, line);
  });

  test(`no two hosts of "${topology.kind}" share a name or an address, or have the VIP`, () => {
    const links = topology.hosts.flatMap((host) => host.links);
    for (const values of [
      topology.hosts.map(({ name }) => name),
      links.map(({ address }) => address),
      links.map(({ mac }) => mac),
    ]) {
      assert.equal(new Set([...values, topology.vip]).size, values.length + 1);
    }
    assert.ok(hostsOf(topology, "director").length > 0);
  });

  test(`the routes of "${topology.kind}" lead to a neighbour`, () => {
    for (const { routes, links } of topology.hosts) {
      for (const { via } of routes) {
        const next = topology.hosts
          .flatMap((host) => host.links)
          .find(({ address }) => address === via);
        assert.equal(next?.segment, links[0]?.segment);
      }
    }
  });
}

test("IPv6 has the same numbers in other networks", () => {
  const plain = TOPOLOGIES.get("tun")!;
  const six = TOPOLOGIES.get("tun-ipv6")!;
  assert.equal(six.vip, "fd00:150::100");
  assert.deepEqual(
    six.hosts.map(({ address }) => address),
    ["fd00:150::1", "fd00:150::11", "fd00:150::90", "fd00:151::12", "fd00:151::13"],
  );
  assert.deepEqual(six.hosts[1]?.routes, [{ to: "fd00:151::/64", via: "fd00:150::90" }]);
  assert.deepEqual(
    six.hosts.map(({ mac }) => mac),
    plain.hosts.map(({ mac }) => mac),
  );
});

test("findTopology() knows the variants, and says which there are", () => {
  const find = (kind: string, ipv6 = false, tunnel?: string) => {
    const found = findTopology(kind, { ipv6, tunnel });
    return found.ok ? found.value.kind : found.fault.code;
  };
  assert.equal(find("dr"), "dr");
  assert.equal(find("tun", false, "ipip"), "tun");
  assert.equal(find("tun", true, "gue"), "tun-gue-ipv6");
  assert.equal(find("ring"), "UNKNOWN_LAB");
  assert.equal(find("tun-gre"), "UNKNOWN_LAB");
  assert.equal(find("dr", false, "gre"), "NO_TUNNEL");
  assert.equal(find("tun", false, "vxlan"), "NO_TUNNEL");
});
