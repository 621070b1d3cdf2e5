import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { leavingCongestion } from "../../src/decapsulation/congestion.ts";
import { decapsulate } from "../../src/decapsulation/decapsulate.ts";
import { REASONS } from "../../src/decapsulation/reason.ts";
import { memoryTables } from "../../src/decapsulation/tables.ts";
import { concat, hex } from "../../src/wire/bytes.ts";
import { parseFrame } from "../../src/wire/frame.ts";
import { CONFIGURATION, innerPacket, type Tunnelled, tunnelled } from "./frames.ts";

function receiver(configuration = CONFIGURATION) {
  const tables = memoryTables(1);
  tables.write(configuration);
  return tables;
}

function reasonOf(spec: Tunnelled): string {
  return decapsulate(receiver(), tunnelled(spec)).reason;
}

test("every kind of tunnel is taken, in all four pairs of families", () => {
  for (const kind of ["ipip", "gre", "gue"] as const) {
    for (const outside of [4, 6] as const) {
      for (const inside of [4, 6] as const) {
        const spec = { kind, outside, inside, checksummed: true };
        const whole = tunnelled(spec);
        const type = inside === 4 ? Uint8Array.of(8, 0) : Uint8Array.of(0x86, 0xdd);
        const expected = concat(whole.subarray(0, 12), type, innerPacket(spec));
        const taken = decapsulate(receiver(), whole);
        assert.equal(taken.verdict, "pass");
        assert.equal(hex(taken.frame), hex(expected), `${kind} ${inside} in ${outside}`);
      }
    }
  }
});

test("options of the outer header and of GUE are skipped", () => {
  assert.equal(reasonOf({ ip: { options: new Uint8Array(40).fill(1) } }), "decapsulated");
  assert.equal(reasonOf({ kind: "gue", gueOptions: new Uint8Array(124) }), "decapsulated");
});

test("who is no director, and what is for no VIP, is dropped and counted", () => {
  const tables = receiver();
  for (const [spec, reason] of [
    [{ from: "10.0.0.9" }, "outer-source"],
    [{ to: "192.168.150.7" }, "inner-destination"],
  ] as const) {
    const whole = tunnelled(spec);
    const dropped = decapsulate(tables, whole);
    assert.deepEqual(dropped, { verdict: "drop", reason, frame: whole });
    assert.equal(tables.counted(reason), 1n);
  }
});

test("what is broken, in pieces or of no tunnel goes up as it came", () => {
  const broken = tunnelled();
  broken[34] = 0x65;
  const summed = tunnelled({ kind: "gre", checksummed: true });
  summed[summed.length - 1]! ^= 1;
  const keyed = tunnelled({ kind: "gre" });
  keyed[34] = 0x20;
  for (const [bytes, reason] of [
    [broken, "malformed"],
    [summed, "bad-checksum"],
    [keyed, "unsupported"],
    [tunnelled({ ip: { moreFragments: true } }), "outer-fragment"],
    [tunnelled({ kind: "gue", port: 4789 }), "not-a-tunnel"],
    [new Uint8Array(60), "not-a-tunnel"],
  ] as const) {
    const tables = receiver();
    const passed = decapsulate(tables, bytes);
    assert.deepEqual(passed, { verdict: "pass", reason, frame: bytes });
    assert.equal(tables.counted(reason), 1n);
  }
});

test("congestion bits leave as RFC 6040 figure 4 has them", () => {
  // Rows: inner Not-ECT, ECT(1), ECT(0), CE; columns: the same of the outer header.
  const [not, ect1, ect0, ce] = [0, 1, 2, 3];
  const table = [
    [not, [not, not, not, undefined]],
    [ect1, [ect1, ect1, ect1, ce]],
    [ect0, [ect0, ect1, ect0, ce]],
    [ce, [ce, ce, ce, ce]],
  ] as const;
  for (const [inner, row] of table) {
    const leaving = [not, ect1, ect0, ce].map((outer) => leavingCongestion(outer!, inner!));
    assert.deepEqual(leaving, row, `inner ${inner}`);
  }
});

test("a changed mark leaves a header whose checksum holds; what cannot bear one is dropped", () => {
  for (const inside of [4, 6] as const) {
    const marked = decapsulate(receiver(), tunnelled({ inside, outerEcn: 3, innerEcn: 2 }));
    const parsed = parseFrame(marked.frame);
    assert.ok(parsed.ok, parsed.ok ? "" : parsed.fault.message);
    assert.equal(parsed.value.ip?.trafficClass, 0x2b);
    assert.equal(reasonOf({ inside, outerEcn: 3, innerEcn: 0 }), "congestion");
  }
});

test("reasons are those of reason.h, in the same order", () => {
  const header = readFileSync(
    new URL("../../src/decapsulation/xdp/reason.h", import.meta.url),
    "latin1",
  );
  const words = [...header.matchAll(/^\tREASON_(\w+),$/gm)].map(([, name]) => name!);
  assert.deepEqual(
    words.map((name) => name.toLowerCase().replaceAll("_", "-")),
    REASONS,
  );
});
