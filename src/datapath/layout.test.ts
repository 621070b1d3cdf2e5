import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BUILD } from "../kernel/linux/addon.ts";
import type { Struct } from "../kernel/linux/btf.ts";
import { type ObjectFile, readObject } from "../kernel/linux/object.ts";
import * as constants from "./constants.ts";
import * as layout from "./layout.ts";
import { REASONS } from "./reason.ts";
import { SCHEDULERS } from "./schedulers.ts";
import { State } from "./state.ts";
import { HASH_KEYS } from "./tables.ts";

/**
 * The two languages' words for one thing: layout.ts against what the compiler made of layout.h, and
 * the closed lists against the enums of the same names.
 */

const RECORDS: readonly layout.Layout[] = Object.values(layout).filter(
  (value) => typeof value === "object",
);

function compiled(): ObjectFile {
  const object = readObject(`${BUILD}weir.bpf.o`);
  assert.ok(object.ok, object.ok ? "" : object.fault.message);
  return object.value;
}

function structNamed(object: ObjectFile, name: string): Struct {
  const struct = object.btf.structs.get(name);
  assert.ok(struct, `the program has no struct ${name}`);
  return struct;
}

function header(name: string): string {
  return readFileSync(new URL(`xdp/${name}`, import.meta.url), "latin1");
}

/** The names and values of an enum, as C counts them. */
function enumOf(file: string, name: string): Map<string, number> {
  const body = new RegExp(`^enum ${name} \\{([^}]*)\\}`, "m").exec(header(file));
  assert.ok(body, `${file} has no enum ${name}`);
  const values = new Map<string, number>();
  let next = 0;
  for (const item of body[1]!.replaceAll(/\/\*.*?\*\//gs, "").split(",")) {
    const [entry, value] = item.split("=").map((part) => part.trim());
    if (entry === undefined || entry === "") continue;
    next = value === undefined ? next : Number(value);
    values.set(entry, next++);
  }
  return values;
}

/** The constants of layout.h that are one number, all in 64 bits. */
function defines(): Map<string, bigint> {
  const values = new Map<string, bigint>();
  const constant = /^#define (\w+) \(?(~?)(\d+)(?:ull)?(?: << (\d+))?\)?$/gm;
  for (const [, name, inverted, value, shift] of header("layout.h").matchAll(constant)) {
    const shifted = BigInt(value!) << BigInt(shift ?? 0);
    values.set(name!, BigInt.asUintN(64, inverted === "~" ? ~shifted : shifted));
  }
  return values;
}

test("every record is a struct of the program, field for field", () => {
  const object = compiled();
  assert.ok(RECORDS.length >= 12, "layout.ts exports its records");
  for (const { name, size, fields } of RECORDS) {
    const struct = structNamed(object, name);
    assert.equal(struct.size, size, `bytes of struct ${name}`);
    const members = struct.members.filter((member) => member.name !== "padding");
    assert.deepEqual(
      members,
      Object.entries(fields).map(([field, at]) => ({
        name: field,
        offset: at.offset,
        size: at.size,
      })),
      `members of struct ${name}`,
    );
  }
});

test("no struct is without its record, and no array without its entry", () => {
  const object = compiled();
  const declared = [...header("layout.h").matchAll(/^struct (\w+) \{/gm)].map(([, name]) => name!);
  const others = new Set(["mac", "ip", "bucket", "service_slot", "timeouts", "nat_filter"]);
  assert.deepEqual(
    declared.filter((name) => !others.has(name)).sort(),
    RECORDS.map(({ name }) => name).sort(),
  );
  assert.equal(structNamed(object, "bucket").size, constants.BUCKET_BYTES);
  assert.equal(structNamed(object, "pool_slot").size, constants.POOL_SLOT_BYTES);
  const slot = layout.serviceKey.size + layout.serviceValue.size;
  assert.equal(structNamed(object, "service_slot").size, slot);
  assert.equal(structNamed(object, "timeouts").size, 4 * constants.TIMEOUTS);
});

test("every array has entries of the struct that the program declares for it", () => {
  const object = compiled();
  const one = { buckets: 1, services: 1, servers: 1, poolSlots: 1, vips: 1, cpus: 1 };
  const declarations = [
    ...header("tables.h").matchAll(/^SHARED_ARRAY\((\w+), (?:(?:struct|union) )?(\w+)\);/gm),
  ];
  const bytes = declarations.map(([, name, type]) => {
    return [name!, type === "__u64" ? 8 : structNamed(object, type!).size] as const;
  });
  assert.deepEqual(
    new Map(bytes),
    new Map(Object.entries(layout.arrays(one)).map(([name, array]) => [name, array.bytes])),
  );
});

test("entries of arrays are multiples of 8 bytes, as the kernel lays them out", () => {
  const one = { buckets: 1, services: 1, servers: 1, poolSlots: 1, vips: 1, cpus: 1 };
  for (const [name, { bytes }] of Object.entries(layout.arrays(one))) {
    assert.equal(bytes % 8, 0, name);
  }
});

test("constants are the same on both sides", () => {
  const wordFlags = {
    TOUCHED: constants.TOUCHED,
    FRESH: constants.FRESH,
    COLLIDES: constants.COLLIDES,
  };
  // Bytes that the sizes of structs settle, and what the control plane alone reads.
  const here = new Set([
    "BUCKET_BYTES",
    "POOL_FLAGS_SHIFT",
    "POOL_SLOT_BYTES",
    "SERVER_USED",
    "SERVICE_USED",
    "TICKS_PER_SECOND",
    "WORD_FLAGS_SHIFT",
  ]);
  const expected = new Map<string, bigint>([
    ["HASH_KEYS", BigInt(HASH_KEYS)],
    ["WORD_TAG_SHIFT", 32n],
  ]);
  for (const [name, value] of Object.entries(constants)) {
    if (here.has(name) || (typeof value !== "number" && typeof value !== "bigint")) continue;
    const shift = name in wordFlags ? BigInt(constants.WORD_FLAGS_SHIFT) : 0n;
    expected.set(name, BigInt(value) << shift);
  }
  assert.deepEqual(defines(), expected);
});

test("a tick is what it is said to be", () => {
  assert.equal(constants.TICKS_PER_SECOND, 1e9 / Number(1n << constants.TICK_SHIFT));
});

test("reasons are the same, in the same order", () => {
  const values = enumOf("reason.h", "reason");
  assert.equal(values.get("REASONS"), REASONS.length);
  values.delete("REASONS");
  const names = [...values.keys()].map((name) => name.replace(/^(?:REASON|EVENT)_/, ""));
  assert.deepEqual(
    names.map((name) => name.toLowerCase().replaceAll("_", "-")),
    REASONS,
  );
  assert.ok(REASONS.length <= constants.REASONS_MAX);
});

test("schedulers are the same, in the same order", () => {
  assert.deepEqual(
    [...enumOf("scheduler.h", "scheduler")],
    SCHEDULERS.map(({ name }, index) => [`SCHEDULER_${name.toUpperCase()}`, index]),
  );
});

test("states have the same numbers", () => {
  assert.deepEqual(
    enumOf("state.h", "state"),
    new Map(Object.entries(State).map(([name, state]) => [`STATE_${name}`, state])),
  );
});
