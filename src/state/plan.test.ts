import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { planRules, type ServiceMap, serviceMap } from "./plan.ts";
import type { Server, Service } from "./rule.ts";
import { applyOperations, EMPTY_RULES } from "./rules.ts";

const server = (last: number, weight = 1): Server => ({
  address: `192.168.150.${last}`,
  port: 80,
  method: "dr",
  weight,
  upperThreshold: 0,
  lowerThreshold: 0,
});

const service = (port: number, servers: readonly Server[], scheduler = "rr"): Service => ({
  id: { kind: "address", protocol: "tcp", address: "192.168.150.100", port },
  scheduler,
  onePacket: false,
  schedulerFlags: 0,
  servers: servers.map((each) => ({ ...each, port })),
});

const NOTHING: ServiceMap = new Map();

function carriedOut(desired: ServiceMap, applied: ServiceMap, observed = EMPTY_RULES) {
  const operations = planRules(desired, applied, observed).map(({ operation }) => operation);
  const result = applyOperations(observed, operations);
  assert.ok(result.ok);
  return result.rules;
}

const ANY_SERVICES = fc
  .uniqueArray(
    fc.record({
      port: fc.integer({ min: 1, max: 4 }),
      scheduler: fc.constantFrom("rr", "wlc"),
      servers: fc.uniqueArray(
        fc.record({ last: fc.integer({ min: 1, max: 5 }), weight: fc.integer({ min: 0, max: 2 }) }),
        { selector: ({ last }) => last },
      ),
    }),
    { selector: ({ port }) => port },
  )
  .map((all) =>
    serviceMap(
      all.map(({ port, servers, scheduler }) =>
        service(
          port,
          servers.map(({ last, weight }) => server(last, weight)),
          scheduler,
        ),
      ),
    ),
  );

test("from any configuration to any other, and then there is nothing left to do", () => {
  fc.assert(
    fc.property(ANY_SERVICES, ANY_SERVICES, (before, after) => {
      const first = carriedOut(before, NOTHING);
      const second = carriedOut(after, before, first);
      assert.deepEqual(planRules(after, after, second), []);
      assert.deepEqual([...second.services.keys()].sort(), [...after.keys()].sort());
      for (const [name, { servers }] of after) {
        const there = second.services.get(name)!.servers;
        const sorted = (all: readonly Server[]) =>
          all.toSorted((a, b) => (a.address < b.address ? -1 : 1));
        assert.deepEqual(sorted(there), sorted(servers));
      }
    }),
  );
});

test("a new service has its servers in the order of the desired one", () => {
  const desired = serviceMap([service(80, [server(13), server(12), server(11)])]);
  assert.deepEqual(carriedOut(desired, NOTHING).services, desired);
});

test("a service that is kept is not deleted and added: its connections stay", () => {
  const before = serviceMap([service(80, [server(12)])]);
  const after = serviceMap([service(80, [server(13), server(12)])]);
  const plan = planRules(after, before, carriedOut(before, NOTHING));
  assert.deepEqual(
    plan.map(({ operation, risk }) => [operation.kind, risk]),
    [["add-server", undefined]],
  );
});

test("what was deleted by hand comes back", () => {
  const desired = serviceMap([service(80, [server(13), server(12)])]);
  const damaged = { ...EMPTY_RULES, services: serviceMap([service(80, [server(13)])]) };
  const [only, ...others] = planRules(desired, desired, damaged);
  assert.equal(only?.operation.kind, "add-server");
  assert.deepEqual(others, []);
  assert.equal(planRules(desired, desired, EMPTY_RULES).length, 3);
});

test("what was added or weighed by hand stays, until something new is said of it", () => {
  const desired = serviceMap([service(80, [server(12, 1)])]);
  const touched = {
    ...EMPTY_RULES,
    services: serviceMap([service(80, [server(99), server(12, 0)])]),
  };
  assert.deepEqual(planRules(desired, desired, touched), []);
  const heavier = serviceMap([service(80, [server(12, 5)])]);
  const [only, ...others] = planRules(heavier, desired, touched);
  assert.equal(only?.operation.kind, "edit-server");
  assert.deepEqual(others, []);
});

test("services that nobody configured are left alone", () => {
  const foreign = { ...EMPTY_RULES, services: serviceMap([service(443, [server(12)])]) };
  assert.deepEqual(planRules(NOTHING, NOTHING, foreign), []);
});

test("what hurts those who are connected says so", () => {
  const before = serviceMap([service(80, [server(13), server(12)]), service(443, [])]);
  const after = serviceMap([service(80, [server(13, 0)])]);
  const plan = planRules(after, before, carriedOut(before, NOTHING));
  assert.deepEqual(
    plan.map(({ operation, risk }) => [operation.kind, risk]),
    [
      ["delete-service", "connections"],
      ["edit-server", "new-connections"],
      ["delete-server", "connections"],
    ],
  );
});
