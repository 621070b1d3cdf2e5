import assert from "node:assert/strict";
import { test } from "node:test";
import { METHOD_DR, SERVER_USED } from "../datapath/constants.ts";
import { mayBeNatServer, natServerKey, natServers } from "../datapath/nat-servers.ts";
import { serverAddress } from "../datapath/server-address.ts";
import type { View } from "../datapath/tables.ts";
import { testView } from "../datapath/testing/tables.ts";
import { mappedWords, portsWord, readWords, type Tuple } from "../datapath/tuple.ts";
import { mappedBytes } from "../wire/address.ts";
import { NatServers } from "./nat-servers.ts";
import type { Server } from "./rule.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const TCP = 6;

function serverRecord(view: View, index: number, address: string, port = 80): void {
  view.servers.record(index).fill(0);
  view.servers.bytes(index, "address").set(mappedBytes(address));
  view.servers.set(index, "port", port);
  view.servers.set(index, "flags", SERVER_USED);
}

/** Three records of one server, and one of another. */
function filledView(): View {
  const view = testView();
  for (const index of [2, 5, 7]) serverRecord(view, index, "10.0.0.9");
  serverRecord(view, 3, "10.0.0.8");
  return view;
}

/** The records that a packet of record `server`'s server finds. */
function found(view: View, server: number, port = 80, protocol = TCP): number[] {
  const tuple: Tuple = {
    family: 4,
    client: serverAddress(view, server),
    virtual: mappedWords(1),
    ports: portsWord(port, 40000),
    protocol,
    kind: 0,
  };
  return [...natServers(view, tuple)];
}

test("a server's packets find all records of its address, port and protocol", () => {
  const view = filledView();
  const nat = new NatServers(view);
  assert.equal(mayBeNatServer(view, serverAddress(view, 2)), false);
  for (const server of [2, 5, 3, 7]) assert.ok(nat.add(server, TCP));
  assert.ok(nat.add(5, TCP));
  assert.deepEqual(found(view, 2), [2, 5, 7]);
  assert.deepEqual(found(view, 3), [3]);
  assert.deepEqual(found(view, 2, 81), []);
  assert.deepEqual(found(view, 2, 80, 17), []);
  assert.ok(mayBeNatServer(view, serverAddress(view, 2)));
});

test("after those of its own port come those of any port, and those of marks", () => {
  const view = testView();
  serverRecord(view, 1, "10.0.0.9", 0);
  serverRecord(view, 2, "10.0.0.9");
  serverRecord(view, 3, "10.0.0.9");
  const nat = new NatServers(view);
  assert.ok(nat.add(1, TCP) && nat.add(2, 0) && nat.add(3, TCP));
  assert.deepEqual(found(view, 1), [3, 1, 2]);
  assert.deepEqual(found(view, 1, 443), [1]);
});

for (const removed of [2, 5, 7]) {
  test(`without record ${removed} the chain is whole, also for who stands there`, () => {
    const view = filledView();
    const nat = new NatServers(view);
    for (const server of [2, 5, 7]) nat.add(server, TCP);
    const behind = view.servers.get(removed, "next_same");
    nat.remove(removed);
    assert.deepEqual(
      found(view, 2),
      [2, 5, 7].filter((server) => server !== removed),
    );
    assert.equal(view.servers.get(removed, "next_same"), behind);
  });
}

test("when the last record is gone nothing is left of the server", () => {
  const view = filledView();
  const nat = new NatServers(view);
  for (const server of [2, 5]) nat.add(server, TCP);
  for (const server of [5, 2, 2]) nat.remove(server);
  assert.deepEqual(found(view, 2), []);
  assert.equal(view.control.get(0, "nat"), 0);
  assert.ok(view.natFilter.every((word) => word === 0));
  assert.deepEqual([...view.tables.serviceKeys.keys()], []);
});

test("a server that is another service's now has one key", () => {
  const view = filledView();
  const nat = new NatServers(view);
  nat.add(2, TCP);
  nat.add(2, 0);
  assert.deepEqual(found(view, 2), [2]);
  nat.remove(2);
  assert.deepEqual(found(view, 2), []);
});

test("a daemon that resumes goes on with what the tables hold", () => {
  const view = filledView();
  const before = new NatServers(view);
  for (const server of [2, 5, 7, 3]) before.add(server, TCP);
  // What an earlier daemon was about to take out when it died.
  view.servers.set(3, "method", METHOD_DR);
  const nat = new NatServers(view);
  assert.deepEqual(found(view, 3), []);
  nat.remove(5);
  assert.deepEqual(found(view, 2), [2, 7]);
  nat.remove(2);
  nat.remove(7);
  assert.equal(view.control.get(0, "nat"), 0);
});

test("without room for its key a server is refused, and nothing is left of it", () => {
  const view = filledView();
  const nat = new NatServers(view);
  const { serviceKeys } = view.tables;
  for (let port = 1; port < 1000; port++) {
    serviceKeys.set(natServerKey(mappedBytes("10.9.9.9"), port, TCP), new Uint8Array(8));
  }
  assert.equal(nat.add(2, TCP), false);
  assert.equal(view.control.get(0, "nat"), 0);
  assert.ok(view.natFilter.every((word) => word === 0));
});

/** What the packets of 10.0.0.9 at its port find among the rules that are published. */
function foundOf(published: PublishedRules): number[] {
  const { view } = published;
  const client = readWords(new DataView(mappedBytes("10.0.0.9").buffer), 0);
  const reply: Tuple = {
    family: 4,
    client,
    virtual: mappedWords(1),
    ports: portsWord(80, 40000),
    protocol: TCP,
    kind: 0,
  };
  return [...natServers(view, reply)].sort();
}

const masqueraded: Server = { ...testServer(9), method: "nat" };

test("published NAT servers are found, under each of their services", () => {
  const published = new PublishedRules();
  const [a, b] = [testService(100, [masqueraded]), testService(101, [masqueraded])];
  published.publish(a, b);
  const records = [published.recordOf(a, 9), published.recordOf(b, 9)];
  assert.deepEqual(foundOf(published), records.sort());
  for (const record of records) {
    const service = published.view.servers.get(record, "service");
    assert.equal(published.view.services.get(service, "protocol"), TCP);
  }
});

test("a server that is edited to another method is no NAT server any more, and back", () => {
  const published = new PublishedRules();
  published.publish(testService(100, [masqueraded]));
  const record = published.recordOf(testService(100, []), 9);
  published.publish(testService(100, [testServer(9)]));
  assert.deepEqual(foundOf(published), []);
  assert.equal(published.view.control.get(0, "nat"), 0);
  published.publish(testService(100, [masqueraded]));
  assert.deepEqual(foundOf(published), [record]);
});

test("a removed server's packets are found as long as connections name it", () => {
  const published = new PublishedRules();
  published.publish(testService(100, [masqueraded]));
  const record = published.recordOf(testService(100, []), 9);
  published.view.loads.set(record, "active", 1);
  published.publish(testService(100, []));
  assert.deepEqual(foundOf(published), [record]);
  published.view.loads.set(record, "active", 0);
  published.publish(testService(100, []), testService(101, []));
  assert.deepEqual(foundOf(published), []);
});
