import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isPlainOperation, readBatch } from "./batch.ts";
import { operation } from "./schema.ts";

/** Mostly what is right, and now and then something else. */
const or = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() });
const number = (max: number) => or(fc.integer({ min: -1, max: max + 1 }));
const text = (max: number) => or(fc.string({ minLength: 0, maxLength: max + 1 }));
const object = (fields: Record<string, fc.Arbitrary<unknown>>, more = {}) => {
  const requiredKeys = fc.nat(9).map((n) => (n === 0 ? [] : Object.keys(fields)));
  return requiredKeys.chain((keys) =>
    or(fc.record({ ...fields, ...more }, { requiredKeys: keys as never[] })),
  );
};

const endpoint = { address: text(64), port: number(0xffff) };
const service = object({
  kind: or(fc.constantFrom("address", "mark")),
  protocol: or(fc.constantFrom("tcp", "udp", "sctp")),
  ...endpoint,
});
const serviceOptions = object(
  { scheduler: text(16), onePacket: or(fc.boolean()), schedulerFlags: number(7) },
  { engine: text(16) },
);
const threshold = number(0x7fff_ffff);
const serverOptions = object({
  method: or(fc.constantFrom("dr", "tun", "nat")),
  weight: threshold,
  upperThreshold: threshold,
  lowerThreshold: threshold,
});
const operations = fc.oneof(
  object({
    kind: or(fc.constantFrom("add-service", "edit-service", "delete-service")),
    service,
    options: serviceOptions,
  }),
  object({
    kind: or(fc.constantFrom("add-server", "edit-server", "delete-server")),
    service,
    server: object(endpoint),
    options: serverOptions,
  }),
);

test("what passes at a glance passes the schema", () => {
  let passed = 0;
  fc.assert(
    fc.property(operations, (value) => {
      const plain = JSON.parse(JSON.stringify(value ?? null));
      if (!isPlainOperation(plain)) return;
      passed++;
      assert.ok(operation.safeParse(plain).success, JSON.stringify(plain));
    }),
    { numRuns: 5000 },
  );
  assert.ok(passed > 100, `${passed} of 5000 passed`);
});

const WEB = { kind: "address", protocol: "tcp", address: "192.168.150.100", port: 80 };
const PLAIN = { scheduler: "rr", onePacket: false, schedulerFlags: 0 };

test("what does not is read all the same, and is as it came", () => {
  const persistence = { seconds: 300, mask: "255.255.255.0" };
  const all = [
    { kind: "add-service", service: WEB, options: { ...PLAIN, persistence } },
    { kind: "edit-service", service: WEB, options: PLAIN },
    { kind: "delete-service", service: { kind: "mark", mark: 7, family: 6 } },
    { kind: "clear" },
  ];
  const read = readBatch("application/json; charset=utf-8", JSON.stringify({ operations: all }));
  assert.deepEqual(read, { ok: true, value: all });
});

test("one bad operation among plain ones is named by its place", () => {
  const good = { kind: "add-service", service: WEB, options: PLAIN };
  const bad = { ...good, service: { ...WEB, port: 65_536 } };
  const read = readBatch("application/json", JSON.stringify({ operations: [good, bad, good] }));
  assert.ok(!read.ok);
  assert.match(read.fault.message, /^operations\.1\.service\.port: /);
});
