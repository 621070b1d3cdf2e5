import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { View } from "../datapath/tables.ts";
import { Accounts, type Counters, combine, NO_COUNTERS, readCounters } from "./counters.ts";
import { type Service, serviceName } from "./rule.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const counter = fc.bigInt({ min: 0n, max: 1n << 48n });
const counters: fc.Arbitrary<Counters> = fc.record({
  connections: counter,
  inPackets: counter,
  outPackets: counter,
  inBytes: counter,
  outBytes: counter,
});

const sum = (a: Counters, b: Counters) => combine(a, b, (x, y) => x + y);

/** What the data path does as packets go to a server. */
function count(view: View, server: number, news: Counters, cpu = 0): void {
  const row = cpu * view.tables.dimensions.servers + server;
  const add = (field: "connections" | "in_packets" | "out_packets" | "in_bytes" | "out_bytes") => {
    const by = {
      connections: news.connections,
      in_packets: news.inPackets,
      out_packets: news.outPackets,
      in_bytes: news.inBytes,
      out_bytes: news.outBytes,
    }[field];
    view.stats.setWord(row, field, view.stats.getWord(row, field) + by);
  };
  for (const field of [
    "connections",
    "in_packets",
    "out_packets",
    "in_bytes",
    "out_bytes",
  ] as const)
    add(field);
}

const packets = (n: number): Counters => ({ ...NO_COUNTERS, inPackets: BigInt(n) });

const WEB = testService(100, [testServer(1), testServer(2)]);
const NAME = serviceName(WEB.id);

function accountsOf() {
  const director = new PublishedRules();
  const accounts = new Accounts(director.view);
  const publish = (...services: readonly Service[]) => {
    accounts.update(director.publisher.servers, director.names);
    director.publish(...services);
    accounts.update(director.publisher.servers, director.names);
  };
  const update = () => accounts.update(director.publisher.servers, director.names);
  publish(WEB);
  return { director, accounts, publish, update };
}

test("readCounters() adds up what every CPU counted of one server", () => {
  fc.assert(
    fc.property(fc.array(counters, { minLength: 3, maxLength: 3 }), counters, (cpus, other) => {
      const { view } = new PublishedRules({ cpus: 3 });
      for (const [cpu, one] of cpus.entries()) {
        count(view, 5, one, cpu);
        count(view, 6, other, cpu);
      }
      assert.deepEqual(readCounters(view, 5), cpus.reduce(sum, NO_COUNTERS));
    }),
    { numRuns: 20 },
  );
});

test("accounts follow the table, and a service is the sum of its servers", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(1, 2), counters)), (history) => {
      const { director, accounts, update } = accountsOf();
      const wanted = { 1: NO_COUNTERS, 2: NO_COUNTERS };
      for (const [host, news] of history) {
        count(director.view, director.recordOf(WEB, host), news);
        wanted[host as 1 | 2] = sum(wanted[host as 1 | 2], news);
        update();
      }
      assert.deepEqual(accounts.ofServer(NAME, "10.0.0.1:80"), wanted[1]);
      assert.deepEqual(accounts.ofServer(NAME, "10.0.0.2:80"), wanted[2]);
      assert.deepEqual(accounts.ofService(NAME), sum(wanted[1], wanted[2]));
    }),
    { numRuns: 20 },
  );
});

test("a service keeps what a removed server brought", () => {
  const { director, accounts, publish } = accountsOf();
  count(director.view, director.recordOf(WEB, 1), packets(7));
  count(director.view, director.recordOf(WEB, 2), packets(5));
  publish({ ...WEB, servers: [testServer(2)] });
  assert.equal(accounts.ofService(NAME).inPackets, 12n);
  assert.deepEqual(accounts.ofServer(NAME, "10.0.0.1:80"), NO_COUNTERS);
});

test("a server in the record of another one starts from nothing", () => {
  const { director, accounts, publish } = accountsOf();
  count(director.view, director.recordOf(WEB, 1), packets(7));
  publish({ ...WEB, servers: [testServer(2)] });
  for (let host = 3; host < 60; host++) {
    publish({ ...WEB, servers: [testServer(2), testServer(host)] });
    assert.deepEqual(accounts.ofServer(NAME, `10.0.0.${host}:80`), NO_COUNTERS);
  }
  assert.equal(accounts.ofService(NAME).inPackets, 7n);
});

test("a service that is deleted and added again starts from nothing", () => {
  const { director, accounts, publish } = accountsOf();
  count(director.view, director.recordOf(WEB, 1), packets(7));
  publish();
  publish(WEB);
  assert.deepEqual(accounts.ofService(NAME), NO_COUNTERS);
});

test("zero() forgets totals and leaves the table as it is", () => {
  const { director, accounts, publish, update } = accountsOf();
  const mail = testService(25, [testServer(1)]);
  publish(WEB, mail);
  count(director.view, director.recordOf(WEB, 1), packets(7));
  count(director.view, director.recordOf(mail, 1), packets(3));
  update();
  accounts.zero(NAME);
  assert.deepEqual(accounts.ofService(NAME), NO_COUNTERS);
  assert.deepEqual(accounts.ofServer(NAME, "10.0.0.1:80"), NO_COUNTERS);
  assert.equal(accounts.ofService(serviceName(mail.id)).inPackets, 3n);
  assert.equal(readCounters(director.view, director.recordOf(WEB, 1)).inPackets, 7n);

  count(director.view, director.recordOf(WEB, 1), packets(2));
  update();
  assert.equal(accounts.ofService(NAME).inPackets, 2n);
  accounts.zero();
  assert.deepEqual(accounts.ofService(serviceName(mail.id)), NO_COUNTERS);
});

test("an update of some services leaves the others for the next one", () => {
  const { director, accounts, publish, update } = accountsOf();
  const mail = testService(25, [testServer(1)]);
  publish(WEB, mail);
  count(director.view, director.recordOf(WEB, 1), packets(7));
  count(director.view, director.recordOf(mail, 1), packets(3));
  accounts.update(director.publisher.servers, director.names, new Set([NAME, "tcp 10.9.9.9:1"]));
  assert.equal(accounts.ofService(NAME).inPackets, 7n);
  assert.equal(accounts.ofService(serviceName(mail.id)).inPackets, 0n);
  update();
  assert.equal(accounts.ofService(NAME).inPackets, 7n);
  assert.equal(accounts.ofService(serviceName(mail.id)).inPackets, 3n);
});

test("what nobody knows has counted nothing", () => {
  const { accounts } = accountsOf();
  assert.deepEqual(accounts.ofService("tcp 192.168.150.1:1"), NO_COUNTERS);
  assert.deepEqual(accounts.ofServer(NAME, "10.0.0.9:80"), NO_COUNTERS);
  accounts.zero("tcp 192.168.150.1:1");
});
