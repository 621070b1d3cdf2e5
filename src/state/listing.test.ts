import assert from "node:assert/strict";
import { test } from "node:test";
import { Accounts, type Counters, NO_COUNTERS } from "./counters.ts";
import { listRules } from "./listing.ts";
import { serviceName } from "./rule.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const WEB = testService(100, [testServer(2, 5), testServer(1)], "wrr");
const MAIL = testService(25, [testServer(1)]);

function listingOf(director: PublishedRules, rates: (name: string) => Counters) {
  const accounts = new Accounts(director.view);
  accounts.update(director.publisher.servers, director.names);
  return listRules({
    view: director.view,
    rules: director.rules,
    servers: director.publisher.servers,
    accounts,
    rates: (service, server) => rates(server === undefined ? service : `${service} ${server}`),
  });
}

test("a listing has the rules in their order, with what the tables know", () => {
  const director = new PublishedRules();
  director.publish(WEB, MAIL);
  const { view } = director;
  const record = director.recordOf(WEB, 2);
  view.loads.set(record, "active", 3);
  view.loads.set(record, "inactive", 4);
  view.loads.set(record, "persistent", 1);
  view.stats.setWord(record, "in_packets", 9n);
  const rate = (packets: bigint) => ({ ...NO_COUNTERS, inPackets: packets });
  const listing = listingOf(director, (name) => rate(BigInt(name.length)));

  assert.equal(listing.connectionTableSize, view.cold.count);
  assert.deepEqual(listing.timeouts, director.rules.timeouts);
  assert.deepEqual(
    listing.services.map(({ id }) => serviceName(id)),
    ["tcp 192.168.150.100:80", "tcp 192.168.150.25:80"],
  );
  const [web] = listing.services;
  assert.equal(web!.scheduler, "wrr");
  assert.equal(web!.counters.inPackets, 9n);
  assert.equal(web!.rates.inPackets, BigInt("tcp 192.168.150.100:80".length));
  const [second, first] = web!.servers;
  assert.deepEqual(second, {
    ...testServer(2, 5),
    active: 3,
    inactive: 4,
    persistent: 1,
    counters: rate(9n),
    rates: rate(BigInt("tcp 192.168.150.100:80 10.0.0.2:80".length)),
  });
  assert.equal(first!.address, "10.0.0.1");
  assert.equal(first!.active, 0);
  assert.deepEqual(first!.counters, NO_COUNTERS);
});

test("the same server under two services has two loads", () => {
  const director = new PublishedRules();
  director.publish(WEB, MAIL);
  director.view.loads.set(director.recordOf(WEB, 1), "active", 7);
  const [web, mail] = listingOf(director, () => NO_COUNTERS).services;
  assert.equal(web!.servers[1]!.active, 7);
  assert.equal(mail!.servers[0]!.active, 0);
});

test("a server without a record carries nothing", () => {
  const director = new PublishedRules();
  director.publish(MAIL);
  director.rules = { ...director.rules, services: new Map([[serviceName(WEB.id), WEB]]) };
  const [web] = listingOf(director, () => NO_COUNTERS).services;
  assert.deepEqual(
    web!.servers.map(({ active, inactive, persistent }) => [active, inactive, persistent]),
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
  );
});
