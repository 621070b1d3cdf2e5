import assert from "node:assert/strict";
import { test } from "node:test";
import { type NetworkView, NextHops } from "./next-hop.ts";

const SERVER = "192.168.150.12";
const MAC = "02:00:00:00:00:12";
const OWN = "02:00:00:00:00:11";

const MAIN = { metric: 0, type: 1, table: 254, mtu: 0 };
const LOCAL = { metric: 0, type: 2, table: 255, mtu: 0 };
const LAN = { ...MAIN, destination: "192.168.150.0/24", link: 2 };

/** One LAN on link 2 where the server has answered. */
function network(change: Partial<NetworkView> = {}): NetworkView {
  return {
    links: new Map([
      [2, { mac: OWN, mtu: 1500, up: true }],
      [3, { mac: "02:00:00:00:01:11", mtu: 9000, up: true }],
    ]),
    routes: [LAN],
    neighbours: new Map([[`2 ${SERVER}`, { mac: MAC, usable: true, failed: false }]]),
    addresses: [{ family: 4, address: OWN_ADDRESS, prefix: 24, link: 2 }],
    ...change,
  };
}

const OWN_ADDRESS = "192.168.150.11";
const ready = { kind: "ready", link: 2, source: OWN, mac: MAC, mtu: 1500, from: OWN_ADDRESS };

test("a server on the LAN is reached by its own MAC address", () => {
  assert.deepEqual(new NextHops(network()).of(SERVER), ready);
});

test("a server behind a gateway is reached by the gateway's", () => {
  const routes = [LAN, { ...MAIN, destination: "0.0.0.0/0", gateway: SERVER, link: 2 }];
  assert.deepEqual(new NextHops(network({ routes })).of("10.9.9.9"), ready);
});

test("the longest prefix wins, then the least metric", () => {
  const other = (metric: number, destination = LAN.destination) => {
    return { ...LAN, destination, metric, link: 3 };
  };
  const unresolved = { kind: "unresolved", link: 3, address: SERVER };
  const through = (...routes: NetworkView["routes"]) =>
    new NextHops(network({ routes })).of(SERVER);
  assert.deepEqual(through(LAN, other(5)), ready);
  assert.deepEqual(through({ ...LAN, metric: 9 }, other(5)), unresolved);
  assert.deepEqual(through(LAN, other(99, "192.168.150.8/29")), unresolved);
  assert.deepEqual(through(LAN, other(0, "192.168.0.0/16")), ready);
});

test("the route's MTU counts where it is smaller than the link's", () => {
  const withMtu = (mtu: number) => new NextHops(network({ routes: [{ ...LAN, mtu }] })).of(SERVER);
  assert.deepEqual(withMtu(1400), { ...ready, mtu: 1400 });
  assert.deepEqual(withMtu(9000), ready);
});

test("an address of this host is local, whatever other routes say", () => {
  const own = { ...LOCAL, destination: `${SERVER}/32`, link: 1 };
  const routes = [{ ...LAN, destination: `${SERVER}/32` }, own];
  assert.deepEqual(new NextHops(network({ routes })).of(SERVER), { kind: "local" });
  assert.equal(new NextHops(network({ routes })).isLocal(SERVER), true);
  assert.equal(new NextHops(network()).isLocal(SERVER), false);
});

test("no route, a route that leads nowhere and a link that is down are all unreachable", () => {
  const unreachable = { kind: "unreachable" };
  assert.deepEqual(new NextHops(network()).of("10.9.9.9"), unreachable);
  const blackhole = { ...MAIN, destination: `${SERVER}/32`, type: 6 };
  assert.deepEqual(new NextHops(network({ routes: [LAN, blackhole] })).of(SERVER), unreachable);
  const links = new Map([[2, { mac: OWN, mtu: 1500, up: false }]]);
  assert.deepEqual(new NextHops(network({ links })).of(SERVER), unreachable);
});

test("a neighbour that nobody asked for is to be resolved", () => {
  const ask = { kind: "unresolved", link: 2, address: SERVER };
  assert.deepEqual(new NextHops(network({ neighbours: new Map() })).of(SERVER), ask);
  const asked = new Map([[`2 ${SERVER}`, { mac: "", usable: false, failed: false }]]);
  assert.deepEqual(new NextHops(network({ neighbours: asked })).of(SERVER), ask);
});

test("a neighbour that did not answer is unreachable, and to be asked again", () => {
  const neighbours = new Map([[`2 ${SERVER}`, { mac: "", usable: false, failed: true }]]);
  assert.deepEqual(new NextHops(network({ neighbours })).of(SERVER), {
    kind: "unreachable",
    ask: { link: 2, address: SERVER },
  });
});

test("packets leave from the route's address, else from one in the next hop's network", () => {
  const from = (change: Partial<NetworkView>) => {
    const hop = new NextHops(network(change)).of(SERVER);
    return hop.kind === "ready" ? hop.from : undefined;
  };
  const own = (address: string, prefix: number, link = 2) => {
    return { family: 4 as const, address, prefix, link };
  };
  assert.equal(from({ routes: [{ ...LAN, source: "192.168.150.9" }] }), "192.168.150.9");
  const vip = own("192.168.150.100", 32);
  assert.equal(from({ addresses: [own("10.0.0.1", 24), vip, own(OWN_ADDRESS, 24)] }), OWN_ADDRESS);
  assert.equal(from({ addresses: [own("10.0.0.1", 24)] }), "10.0.0.1");
  assert.equal(from({ addresses: [own("192.168.150.7", 24, 3)] }), undefined);
});
