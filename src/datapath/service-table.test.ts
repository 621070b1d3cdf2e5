import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../base/random.ts";
import { SERVICE_PROBES } from "./constants.ts";
import { serviceKey, serviceValue } from "./layout.ts";
import { encodeServiceKey, encodeServiceValue } from "./service.ts";
import { ServiceTable } from "./service-table.ts";
import { HASH_KEYS } from "./tables.ts";

function tableOf(slots: number, seed = 1) {
  const random = new Random(seed);
  const secrets = Uint32Array.from({ length: HASH_KEYS }, () => random.u32());
  const buffer = new ArrayBuffer(slots * (serviceKey.size + serviceValue.size));
  return { table: new ServiceTable(buffer, slots, secrets), buffer, secrets };
}

function key(name: number): Uint8Array {
  const address = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, name >> 8, name);
  return encodeServiceKey({ address, port: 80, protocol: 6, kind: 0, generation: 1 });
}

function value(service: number): Uint8Array {
  return encodeServiceValue({ service, vip: service % 7, flags: 1 });
}

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString("hex");

type Step = readonly ["set" | "delete" | "get", number, number];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom("set", "set", "delete", "get"),
    fc.nat({ max: 60 }),
    fc.nat({ max: 0xffff }),
  ),
  { maxLength: 300 },
);

test("any sequence of set, delete and get does what a Map does", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 80 }),
      fc.nat({ max: 1000 }),
      steps,
      (slots, seed, all) => {
        const { table } = tableOf(slots, seed);
        const model = new Map<string, string>();
        for (const [kind, name, number] of all) {
          const k = key(name);
          if (kind === "delete") {
            table.delete(k);
            model.delete(text(k)!);
          } else if (kind === "set") {
            const known = model.has(text(k)!);
            const crowded = model.size >= Math.min(slots, SERVICE_PROBES);
            const written = table.set(k, value(number));
            if (written) model.set(text(k)!, text(value(number))!);
            assert.ok(written ? model.size <= slots : crowded && !known);
          }
          assert.equal(text(table.get(k)), model.get(text(k)!));
        }
        const found = [...table.keys()].map((k) => [text(k), text(table.get(k))] as const);
        assert.deepEqual(new Map(found), model);
        assert.equal(found.length, model.size, "no key is there twice");
      },
    ),
    { numRuns: 300 },
  );
});

test("a full table takes no new key, and still changes the ones it has", () => {
  const { table } = tableOf(8);
  for (let name = 0; name < 8; name++) assert.ok(table.set(key(name), value(name)));
  assert.equal(table.set(key(8), value(8)), false);
  assert.equal(table.get(key(8)), undefined);
  assert.ok(table.set(key(3), value(30)));
  assert.equal(text(table.get(key(3))), text(value(30)));
  table.delete(key(5));
  assert.ok(table.set(key(8), value(8)));
  assert.equal(text(table.get(key(8))), text(value(8)));
});

test("a run longer than the lookup goes is full, though the table is not", () => {
  const { table } = tableOf(1024);
  let name = 0;
  while (name < 1024 && table.set(key(name), value(name))) name++;
  assert.ok(name < 1024, "some run was full before the table");
  assert.equal(table.get(key(name)), undefined);
  for (let earlier = 0; earlier < name; earlier++) {
    assert.equal(text(table.get(key(earlier))), text(value(earlier)));
  }
});

test("when all keys are gone, their slots are as they were", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 200 }), { maxLength: 30 }), (names) => {
      const { table, buffer } = tableOf(40);
      for (const name of names) assert.ok(table.set(key(name), value(name)));
      for (const name of names) table.delete(key(name));
      assert.deepEqual([...table.keys()], []);
      const values = new BigUint64Array(buffer).filter((_, word) => word % 4 === 3);
      assert.ok(
        values.every((word) => word === 0n),
        "no mark of a removed key is left",
      );
    }),
  );
});

test("a second view of the same memory sees what the first one wrote", () => {
  const { table, buffer, secrets } = tableOf(16);
  const second = new ServiceTable(buffer, 16, secrets);
  table.set(key(1), value(9));
  assert.equal(text(second.get(key(1))), text(value(9)));
  second.delete(key(1));
  assert.equal(table.get(key(1)), undefined);
});
