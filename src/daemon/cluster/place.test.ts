import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceSettings } from "../../cluster/testing/settings.ts";
import type { Address, Link, NetworkState } from "../../kernel/kernel.ts";
import { placeInstances } from "./place.ts";

const LINK: Link = {
  index: 7,
  name: "eth0",
  mac: "02:00:00:00:00:11",
  mtu: 1500,
  up: true,
  hardware: 1,
};
const OTHER: Link = { ...LINK, index: 8, name: "eth1", mac: "02:00:00:00:00:12" };

function network(links: readonly Link[], addresses: readonly Address[]): NetworkState {
  const byIndex = new Map(links.map((link) => [link.index, link]));
  return { links: byIndex, addresses, routes: [], neighbours: new Map() };
}

const address = (text: string, link = 7): Address => ({
  family: text.includes(":") ? 6 : 4,
  address: text,
  prefix: 24,
  link,
});

const HOME = [address("192.168.150.100"), address("192.168.150.11"), address("fe80::11")];
const slotOf = () => 3;

test("an instance sends from its interface's own address, never from a virtual one", () => {
  const [placed] = placeInstances([instanceSettings()], network([LINK], HOME), slotOf);
  assert.deepEqual(placed?.ground, {
    link: 7,
    slot: 3,
    mac: "02:00:00:00:00:11",
    source: "192.168.150.11",
    held: [{ link: 7, family: 4, address: "192.168.150.100", prefix: 32, mac: LINK.mac }],
  });
});

test("over IPv6 it sends from the link-local address", () => {
  const settings = instanceSettings({ family: 6, version: 3 });
  const there = network([LINK], [address("2001:db8::11"), ...HOME]);
  assert.equal(placeInstances([settings], there, slotOf)[0]?.ground?.source, "fe80::11");
});

test("an address may go to another interface, and keeps its label", () => {
  const settings = instanceSettings({
    addresses: [{ address: "192.168.150.100", prefix: 24, device: "eth1", label: "eth1:3" }],
    excluded: [{ address: "fd00::1", prefix: 64 }],
  });
  const [placed] = placeInstances([settings], network([LINK, OTHER], HOME), slotOf);
  assert.deepEqual(placed?.ground?.held, [
    { link: 8, family: 4, address: "192.168.150.100", prefix: 24, label: "eth1:3", mac: OTHER.mac },
    { link: 7, family: 6, address: "fd00::1", prefix: 64, mac: LINK.mac },
  ]);
});

test("what is missing is said, and then there is no ground", () => {
  const down = { ...LINK, up: false };
  const elsewhere = instanceSettings({
    addresses: [{ address: "10.0.0.1", prefix: 24, device: "eth9" }],
  });
  const cases = [
    [network([], []), instanceSettings(), 'there is no interface "eth0"'],
    [network([down], HOME), instanceSettings(), 'interface "eth0" is down'],
    [
      network([LINK], [address("192.168.150.100")]),
      instanceSettings(),
      'interface "eth0" has no IPv4 address to send from',
    ],
    [network([LINK], HOME), elsewhere, 'there is no interface "eth9" for 10.0.0.1'],
  ] as const;
  for (const [state, settings, because] of cases) {
    const [placed] = placeInstances([settings], state, slotOf);
    assert.equal(placed?.because, because);
    assert.equal(placed?.ground, undefined);
  }
});

test("with dont_track_primary an interface that is down is none the worse", () => {
  const settings = instanceSettings({ ignoresOwnInterface: true });
  const down = network([{ ...LINK, up: false }], HOME);
  assert.notEqual(placeInstances([settings], down, slotOf)[0]?.ground, undefined);
});
