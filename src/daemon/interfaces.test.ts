import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, success } from "../base/fault.ts";
import { INTERFACES } from "../datapath/constants.ts";
import { testView } from "../datapath/testing/tables.ts";
import type { Address, Attachment, DataPath, Link, NetworkState } from "../kernel/kernel.ts";
import { formatMac } from "../wire/mac.ts";
import { Interfaces } from "./interfaces.ts";

const LOOPBACK = link(1, { name: "lo", mac: "", hardware: 772 });
const ETH0 = link(2, { name: "eth0" });
const ETH1 = link(3, { name: "eth1" });

function link(index: number, fields: Partial<Link> = {}): Link {
  const mac = `02:00:00:00:00:0${index % 10}`;
  return { index, name: `eth${index}`, mac, mtu: 1500, up: true, hardware: 1, ...fields };
}

/** Links of a host, each with an address unless it is among `bare`. */
function network(links: readonly Link[], bare: readonly Link[] = []): NetworkState {
  const addresses = links
    .filter((each) => !bare.includes(each))
    .map((each): Address => {
      return { family: 4, address: `10.0.0.${each.index}`, prefix: 24, link: each.index };
    });
  const byIndex = new Map(links.map((each) => [each.index, each]));
  return { links: byIndex, addresses, routes: [], neighbours: new Map() };
}

/** A data path that attaches to anything but the link that it is to refuse. */
function dataPathOf(view: ReturnType<typeof testView>, refused?: number) {
  const attached: Attachment[] = [];
  const dataPath: Pick<DataPath, "attach" | "detach" | "attachments"> = {
    attach(index) {
      if (index === refused) return failure("XDP_BUSY", "somebody else's program is there");
      const attachment = { link: index, mode: "native" } as const;
      attached.push(attachment);
      return success(attachment);
    },
    detach(index) {
      attached.splice(
        attached.findIndex((each) => each.link === index),
        1,
      );
      return success(undefined);
    },
    attachments: () => [...attached],
  };
  return { dataPath: dataPath as DataPath, attached, view };
}

function interfacesOf(names: readonly string[], refused?: number) {
  const made = dataPathOf(testView(), refused);
  return { ...made, interfaces: new Interfaces(made.dataPath, made.view, names) };
}

const indices = (attached: readonly Attachment[]) => attached.map((each) => each.link);

test("without names, every Ethernet interface that is up and has an address", () => {
  const { interfaces, attached } = interfacesOf([]);
  const down = link(4, { up: false });
  const bare = link(5);
  assert.ok(interfaces.attachAll(network([LOOPBACK, ETH0, ETH1, down, bare], [bare])).ok);
  assert.deepEqual(indices(attached), [2, 3]);
});

test("with names, those and no others", () => {
  const { interfaces, attached } = interfacesOf(["eth1"]);
  assert.ok(interfaces.attachAll(network([LOOPBACK, ETH0, ETH1])).ok);
  assert.deepEqual(indices(attached), [3]);
});

test("what the program runs on has its row: MAC address, MTU and index", () => {
  const { interfaces, view } = interfacesOf(["eth0"]);
  assert.ok(interfaces.attachAll(network([{ ...ETH0, mtu: 9000 }])).ok);
  assert.equal(formatMac(view.ifaces.bytes(2, "mac")), ETH0.mac);
  assert.equal(view.ifaces.get(2, "mtu"), 9000);
  assert.equal(view.ifaces.get(2, "ifindex"), 2);
});

test("an interface that an earlier daemon attached to is left attached", () => {
  const { interfaces, attached, dataPath } = interfacesOf(["eth0", "eth1"]);
  assert.ok(dataPath.attach(2).ok);
  assert.ok(interfaces.attachAll(network([ETH0, ETH1])).ok);
  assert.deepEqual(indices(attached), [2, 3]);
});

test("when one refuses, none is attached that was not before", () => {
  const { interfaces, attached, dataPath } = interfacesOf(["eth0", "eth1", "eth4"], 4);
  assert.ok(dataPath.attach(3).ok);
  const refused = interfaces.attachAll(network([ETH0, ETH1, link(4)]));
  assert.ok(!refused.ok);
  assert.equal(refused.fault.code, "XDP_BUSY");
  assert.deepEqual(indices(attached), [3]);
});

test("rows follow changes of MAC address and MTU", () => {
  const { interfaces, view } = interfacesOf(["eth0"]);
  assert.ok(interfaces.attachAll(network([ETH0])).ok);
  interfaces.follow(network([{ ...ETH0, mac: "02:00:00:00:00:aa", mtu: 70_000 }]));
  assert.equal(formatMac(view.ifaces.bytes(2, "mac")), "02:00:00:00:00:aa");
  assert.equal(view.ifaces.get(2, "mtu"), 0xffff);
  interfaces.follow(network([]));
  assert.equal(formatMac(view.ifaces.bytes(2, "mac")), "02:00:00:00:00:aa");
});

test("an interface that was asked for and comes back is attached anew", () => {
  const { interfaces, attached } = interfacesOf(["eth0"]);
  assert.ok(interfaces.attachAll(network([ETH0])).ok);
  attached.length = 0;
  assert.deepEqual(interfaces.follow(network([ETH1])), []);
  assert.deepEqual(indices(attached), []);
  assert.deepEqual(interfaces.follow(network([{ ...ETH0, index: 9 }, ETH1])), []);
  assert.deepEqual(indices(attached), [9]);
});

test("two interfaces of one row are refused", () => {
  const far = link(2 + INTERFACES, { name: "far0" });
  const { interfaces, attached } = interfacesOf(["eth0", "far0"]);
  const refused = interfaces.attachAll(network([ETH0, far]));
  assert.ok(!refused.ok);
  assert.equal(refused.fault.code, "LINK_CLASH");
  assert.deepEqual(attached, []);
});

for (const [names, links, code, text] of [
  [["eth9"], [LOOPBACK, ETH0], "LINK_MISSING", /no interface "eth9"/],
  [["lo"], [LOOPBACK, ETH0], "LINK_NOT_ETHERNET", /"lo" is not an Ethernet interface/],
  [[], [LOOPBACK], "LINK_MISSING", /no Ethernet interface that is up/],
] as const) {
  test(`attachAll([${names}]) of ${links.map(({ name }) => name)} is refused: ${code}`, () => {
    const { interfaces, attached } = interfacesOf(names);
    const refused = interfaces.attachAll(network(links));
    assert.ok(!refused.ok);
    assert.equal(refused.fault.code, code);
    assert.match(refused.fault.message, text);
    assert.ok(refused.fault.fix);
    assert.deepEqual(attached, []);
  });
}
