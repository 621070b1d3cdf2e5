import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type Operation,
  type Rules,
  type ServerOptions,
  type Service,
  type ServiceId,
  type ServiceOptions,
  serviceName,
} from "./rule.ts";
import { applyOperation, applyOperations, DEFAULT_TIMEOUTS, EMPTY_RULES } from "./rules.ts";
import { SCHEDULERS } from "./schedulers.ts";

const WEB: ServiceId = { kind: "address", protocol: "tcp", address: "192.168.150.100", port: 80 };
const OPTIONS: ServiceOptions = { scheduler: "rr", onePacket: false, schedulerFlags: 0 };
const DR: ServerOptions = { method: "dr", weight: 1, upperThreshold: 0, lowerThreshold: 0 };

function addService(service: ServiceId, options: Partial<ServiceOptions> = {}): Operation {
  return { kind: "add-service", service, options: { ...OPTIONS, ...options } };
}

function addServer(address: string, options: Partial<ServerOptions> = {}, port = 80): Operation {
  const merged = { ...DR, ...options };
  return { kind: "add-server", service: WEB, server: { address, port }, options: merged };
}

function applied(...operations: readonly Operation[]): Rules {
  const result = applyOperations(EMPTY_RULES, operations);
  assert.ok(result.ok, JSON.stringify(result));
  return result.rules;
}

function codeOf(rules: Rules, operation: Operation): string {
  const result = applyOperation(rules, operation);
  return result.ok ? "" : result.fault.code;
}

function web(rules: Rules): Service {
  const service = rules.services.get(serviceName(WEB));
  assert.ok(service !== undefined);
  return service;
}

function addresses(rules: Rules): readonly string[] {
  return web(rules).servers.map(({ address }) => address);
}

test("the newest server is first, and an edit keeps its place", () => {
  const three = [addServer("10.0.0.1"), addServer("10.0.0.2"), addServer("10.0.0.3")];
  const rules = applied(addService(WEB), ...three);
  assert.deepEqual(addresses(rules), ["10.0.0.3", "10.0.0.2", "10.0.0.1"]);
  const server = { address: "10.0.0.2", port: 80 };
  const edited = applyOperation(rules, {
    kind: "edit-server",
    service: WEB,
    server,
    options: { ...DR, weight: 5 },
  });
  assert.ok(edited.ok);
  assert.deepEqual(addresses(edited.value), ["10.0.0.3", "10.0.0.2", "10.0.0.1"]);
  assert.equal(web(edited.value).servers[1]?.weight, 5);
  const back = applyOperations(rules, [
    { kind: "delete-server", service: WEB, server: { address: "10.0.0.1", port: 80 } },
    addServer("10.0.0.1"),
  ]);
  assert.ok(back.ok);
  assert.deepEqual(addresses(back.rules), ["10.0.0.1", "10.0.0.3", "10.0.0.2"]);
});

test("an edit resets what it does not name and keeps the servers", () => {
  const persistence = { seconds: 60, mask: "255.255.255.0" };
  const rules = applied(addService(WEB, { persistence, engine: "sip" }), addServer("10.0.0.1"));
  const edited = applyOperation(rules, { kind: "edit-service", service: WEB, options: OPTIONS });
  assert.ok(edited.ok);
  assert.deepEqual(web(edited.value), { ...OPTIONS, id: WEB, servers: web(rules).servers });
});

test("DR and TUN take the service's port, NAT and marks keep their own", () => {
  const rules = applied(
    addService(WEB),
    addServer("10.0.0.1", {}, 8080),
    addServer("10.0.0.2", { method: "tun" }, 8080),
    addServer("10.0.0.3", { method: "nat" }, 8080),
  );
  assert.deepEqual(
    web(rules).servers.map(({ port }) => port),
    [8080, 80, 80],
  );
  const mark: ServiceId = { kind: "mark", mark: 7, family: 4 };
  const marked = applied(addService(mark), {
    kind: "add-server",
    service: mark,
    server: { address: "10.0.0.1", port: 8080 },
    options: DR,
  });
  assert.equal(marked.services.get("mark 7")?.servers[0]?.port, 8080);
});

test("what is there already and what is missing has its own code", () => {
  const rules = applied(addService(WEB), addServer("10.0.0.1"));
  const other: ServiceId = { ...WEB, port: 81 };
  const server = { address: "10.0.0.9", port: 80 };
  const cases: readonly (readonly [Operation, string])[] = [
    [addService(WEB), "SERVICE_EXISTS"],
    [addService(WEB, { scheduler: "nosuch" }), "SERVICE_EXISTS"],
    [{ kind: "edit-service", service: other, options: OPTIONS }, "NO_SUCH_SERVICE"],
    [{ kind: "delete-service", service: other }, "NO_SUCH_SERVICE"],
    [{ kind: "zero", service: other }, "NO_SUCH_SERVICE"],
    [{ ...addServer("10.0.0.1"), service: other } as Operation, "NO_SUCH_SERVICE"],
    [addServer("10.0.0.1"), "SERVER_EXISTS"],
    [{ kind: "edit-server", service: WEB, server, options: DR }, "NO_SUCH_SERVER"],
    [{ kind: "delete-server", service: WEB, server }, "NO_SUCH_SERVER"],
    [{ kind: "zero" }, ""],
    [{ kind: "zero", service: WEB }, ""],
    [{ kind: "clear" }, ""],
  ];
  for (const [operation, code] of cases) {
    assert.equal(codeOf(rules, operation), code, JSON.stringify(operation));
  }
});

test("wrong values have their own code", () => {
  const rules = applied(addService(WEB));
  const v6: ServiceId = { ...WEB, address: "2001:db8::1" };
  const persistence = (mask: string) => ({ persistence: { seconds: 9, mask } });
  const cases: readonly (readonly [Operation, string])[] = [
    [addService({ ...WEB, port: 81 }, { scheduler: "RR" }), "NO_SUCH_SCHEDULER"],
    [addService({ ...WEB, port: 81 }, { engine: "nosuch" }), "NO_SUCH_ENGINE"],
    [addService({ ...WEB, port: 0 }), "ZERO_PORT"],
    [addService({ ...WEB, port: 0 }, persistence("255.0.255.0")), ""],
    [addService({ ...WEB, port: 0 }, persistence("24")), "BAD_MASK"],
    [addService(v6, persistence("128")), ""],
    [addService(v6, persistence("0")), "BAD_MASK"],
    [addService(v6, persistence("129")), "BAD_MASK"],
    [addServer("10.0.0.1", { weight: -1 }), "BAD_WEIGHT"],
    [addServer("10.0.0.1", { weight: 2 ** 31 - 1 }), ""],
    [addServer("10.0.0.1", { weight: 2 ** 31 }), "BAD_WEIGHT"],
    [addServer("10.0.0.1", { lowerThreshold: 10 }), "BAD_THRESHOLDS"],
    [addServer("10.0.0.1", { lowerThreshold: 10, upperThreshold: 10 }), ""],
    [addServer("2001:db8::9"), "FAMILY_MISMATCH"],
    [addServer("2001:db8::9", { method: "tun" }), ""],
    [addServer("224.0.0.1"), "NOT_UNICAST"],
    [addServer("0.0.0.0"), "NOT_UNICAST"],
    [addServer("255.255.255.255"), "NOT_UNICAST"],
    [addServer("0.1.2.3"), ""],
    [addServer("fe80::1", { method: "tun" }), "NOT_UNICAST"],
    [addServer("::ffff:1.2.3.4", { method: "tun" }), "NOT_UNICAST"],
    [
      addServer("10.0.0.1", {
        method: "tun",
        tunnel: { type: "gue", port: 0, checksum: "csum" },
      }),
      "NO_TUNNEL_PORT",
    ],
  ];
  for (const [operation, code] of cases) {
    assert.equal(codeOf(rules, operation), code, JSON.stringify(operation));
  }
  for (const scheduler of SCHEDULERS) {
    assert.equal(codeOf(rules, addService({ ...WEB, port: 81 }, { scheduler })), "", scheduler);
  }
});

test("a timeout of 0 keeps the one in force", () => {
  const rules = applied({ kind: "set-timeouts", timeouts: { tcp: 0, tcpFin: 7, udp: 0 } });
  assert.deepEqual(rules.timeouts, { ...DEFAULT_TIMEOUTS, tcpFin: 7 });
});

test("a batch with a bad operation changes nothing and names it", () => {
  const before = applied(addService(WEB), addServer("10.0.0.1"));
  const shown = JSON.stringify([...before.services]);
  const result = applyOperations(before, [
    addServer("10.0.0.2"),
    { kind: "edit-service", service: WEB, options: { ...OPTIONS, scheduler: "wlc" } },
    addServer("10.0.0.1"),
    { kind: "clear" },
  ]);
  assert.ok(!result.ok);
  assert.deepEqual([result.operation, result.fault.code], [2, "SERVER_EXISTS"]);
  assert.equal(JSON.stringify([...before.services]), shown);
});

const anyOperation: fc.Arbitrary<Operation> = fc
  .record({
    kind: fc.constantFrom("add-service", "edit-service", "delete-service", "clear", "zero"),
    serverKind: fc.constantFrom("add-server", "edit-server", "delete-server", undefined),
    port: fc.integer({ min: 80, max: 82 }),
    host: fc.integer({ min: 1, max: 4 }),
    method: fc.constantFrom("dr", "tun", "nat"),
    weight: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ kind, serverKind, port, host, method, weight }) => {
    const service: ServiceId = { ...WEB, port };
    const server = { address: `10.0.0.${host}`, port: 80 };
    const options = { ...OPTIONS, ...DR, method, weight };
    return { kind: serverKind ?? kind, service, server, options } as Operation;
  });

test("a batch is its operations one after the other, up to the first that fails", () => {
  fc.assert(
    fc.property(fc.array(anyOperation, { maxLength: 30 }), (operations) => {
      let rules = EMPTY_RULES;
      let failed = -1;
      for (const [at, operation] of operations.entries()) {
        const result = applyOperation(rules, operation);
        if (result.ok) rules = result.value;
        else failed = at;
        if (failed !== -1) break;
      }
      const batch = applyOperations(EMPTY_RULES, operations);
      assert.equal(batch.ok ? -1 : batch.operation, failed);
      if (batch.ok) assert.deepEqual([...batch.rules.services], [...rules.services]);
    }),
  );
});

test("what a batch did not touch is the very same as before it", () => {
  const some = fc.array(anyOperation, { maxLength: 15 });
  fc.assert(
    fc.property(some, some, (first, second) => {
      const before = rulesAfter(EMPTY_RULES, first);
      const batch = applyOperations(before, second);
      if (!batch.ok) return;
      const after = batch.rules.services;
      for (const name of new Set([...before.services.keys(), ...after.keys()])) {
        const same = after.get(name) === before.services.get(name);
        assert.ok(same || batch.touched.has(name), name);
      }
    }),
  );
});

/** One after the other; what is refused is left out. */
function rulesAfter(rules: Rules, operations: readonly Operation[]): Rules {
  return operations.reduce((now, operation) => {
    const result = applyOperation(now, operation);
    return result.ok ? result.value : now;
  }, rules);
}

test("a batch of 20,000 operations copies the rules once", () => {
  const ids = Array.from(
    { length: 10_000 },
    (_, at): ServiceId => ({ ...WEB, address: `10.1.${at >> 8}.${at & 255}` }),
  );
  const operations = ids.flatMap((service): Operation[] => [
    addService(service),
    { ...addServer("10.0.0.1"), service } as Operation,
  ]);
  const rules = applied(...operations);
  assert.equal(rules.services.size, 10_000);
  const first = rules.services.get(serviceName(ids[0]!));
  const changed = applyOperation(rules, { kind: "delete-service", service: ids[1]! });
  assert.ok(changed.ok);
  assert.equal(changed.value.services.get(serviceName(ids[0]!)), first);
});
