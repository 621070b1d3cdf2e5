import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KEY_SERVICE } from "../datapath/constants.ts";
import { SCHEDULERS } from "../datapath/schedulers.ts";
import { decodeServiceValue, encodeServiceKey, encodeServiceValue } from "../datapath/service.ts";
import { mappedBytes } from "../wire/address.ts";
import { observe } from "./observe.ts";
import { Publisher } from "./publisher.ts";
import { type Service, serviceName } from "./rule.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const NETWORK = { links: new Map(), routes: [], neighbours: new Map(), addresses: [] };

const hosts = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 5 });
const schedulers = fc.constantFrom(...SCHEDULERS.map(({ name }) => name));
const service = fc
  .tuple(fc.integer({ min: 1, max: 6 }), hosts, schedulers, fc.nat({ max: 7 }))
  .map(([host, servers, scheduler, schedulerFlags]) => ({
    ...testService(
      host,
      servers.map((each) => testServer(each, each % 4)),
      scheduler,
    ),
    schedulerFlags,
  }));
const services = fc.uniqueArray(service, { maxLength: 5, selector: ({ id }) => serviceName(id) });

const byName = (rules: readonly Service[]) =>
  new Map(rules.map((rule) => [serviceName(rule.id), rule]));

test("observe() reads back the rules that a publisher wrote last", () => {
  fc.assert(
    fc.property(fc.array(services, { minLength: 1, maxLength: 4 }), (history) => {
      const director = new PublishedRules({ poolSlots: 8192 });
      for (const step of history) director.publish(...step);
      const observed = observe(director.view).map(({ rule }) => rule);
      assert.deepEqual(byName(observed), byName(history.at(-1)!));
    }),
    { numRuns: 50 },
  );
});

test("observe() deletes keys that a daemon wrote and did not live to switch to", () => {
  const director = new PublishedRules();
  const web = testService(100, [testServer(1)]);
  director.publish(web);
  const { serviceKeys } = director.view.tables;
  const generation = director.view.control.get(0, "generation");
  const [live] = [...serviceKeys.keys()];
  const value = decodeServiceValue(serviceKeys.get(live!)!);
  const fields = {
    address: mappedBytes("192.168.150.100"),
    port: 80,
    protocol: 6,
    kind: KEY_SERVICE,
  };
  const next = encodeServiceKey({ ...fields, generation: generation + 1 });
  serviceKeys.set(next, encodeServiceValue(value));

  assert.deepEqual(byName(observe(director.view).map(({ rule }) => rule)), byName([web]));
  assert.deepEqual([...serviceKeys.keys()], [live]);
});

test("a publisher that resumes keeps records, and takes none that is in use", () => {
  const director = new PublishedRules();
  const web = testService(100, [testServer(1), testServer(2)]);
  director.publish(web);
  const record = director.recordOf(web, 2);
  director.view.loads.set(record, "active", 1);
  director.publish({ ...web, servers: [testServer(1)] });

  const resumed = new Publisher(director.view, NETWORK);
  resumed.resume(observe(director.view));
  const id = { address: "10.0.0.2", port: 80 };
  assert.equal(resumed.servers.indexOf(serviceName(web.id), id), record);
  const rules = {
    ...director.rules,
    services: byName([{ ...web, servers: [testServer(3), testServer(1)] }]),
  };
  assert.ok(resumed.publish(rules, 60_000_000_000n).ok);
  const three = resumed.servers.indexOf(serviceName(web.id), { address: "10.0.0.3", port: 80 });
  assert.notEqual(three, record, "the removed server's connection still names its record");
});

test("services come in the order of their records", () => {
  const director = new PublishedRules();
  for (let host = 1; host <= 4; host++) {
    const all = Array.from({ length: host }, (_, i) => testService(i + 1, []));
    director.publish(...all);
  }
  const indices = observe(director.view).map(({ index }) => index);
  assert.deepEqual(
    indices,
    indices.toSorted((a, b) => a - b),
  );
  assert.equal(indices.length, 4);
});
