import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { decapsulate } from "../../src/decapsulation/decapsulate.ts";
import { REASONS } from "../../src/decapsulation/reason.ts";
import {
  type Configuration,
  DIRECTORS_MAX,
  memoryTables,
  type Tables,
  VIPS_MAX,
} from "../../src/decapsulation/tables.ts";
import { Decapsulator } from "../../src/kernel/linux/decapsulator.ts";
import { hex } from "../../src/wire/bytes.ts";
import { CONFIGURATION, randomFrame, tunnelled } from "./frames.ts";

/** The program in the kernel against its specification: verdict, bytes and counters. */

const noKernel = process.getuid?.() === 0 ? false : "loading BPF programs needs root";
const XDP_VERDICTS: Readonly<Record<number, string>> = { 1: "drop", 2: "pass" };

const open: Decapsulator[] = [];
after(() => {
  for (const program of open) program.close();
});

function load(): Decapsulator {
  const program = Decapsulator.load();
  assert.ok(program.ok, program.ok ? "" : program.fault.message);
  open.push(program.value);
  return program.value;
}

function counts(tables: Tables): Record<string, bigint> {
  return Object.fromEntries(REASONS.map((reason) => [reason, tables.counted(reason)]));
}

/** Lists are sets: where an entry stands tells nothing. */
function sorted({ directors, vips, ...rest }: Configuration) {
  return { ...rest, directors: directors.toSorted(), vips: vips.toSorted() };
}

/** Both on the same frame, and what the specification made of it. */
function meet(program: Decapsulator, specification: Tables, bytes: Uint8Array): string {
  const expected = decapsulate(specification, bytes);
  const run = program.run(bytes);
  assert.ok(run.ok, run.ok ? "" : run.fault.message);
  const about = `${expected.reason}: ${hex(bytes)}`;
  assert.equal(XDP_VERDICTS[run.value.verdict], expected.verdict, about);
  // A frame that is dropped has been left as it is as well.
  assert.equal(hex(run.value.frame), hex(expected.frame), about);
  assert.deepEqual(counts(program.tables), counts(specification), about);
  return expected.reason;
}

test("the program does as specified, frame by frame", { skip: noKernel }, () => {
  const program = load();
  const specification = memoryTables(1);
  for (const tables of [program.tables, specification]) tables.write(CONFIGURATION);
  const met = new Map<string, number>();
  for (const seed of [1, 2, 3, 4]) {
    const random = new Random(seed);
    for (let i = 0; i < 2500; i++) {
      const reason = meet(program, specification, randomFrame(random));
      met.set(reason, (met.get(reason) ?? 0) + 1);
    }
  }
  for (const reason of REASONS) assert.ok((met.get(reason) ?? 0) >= 20, `${reason} was met`);
});

test("frames of every length are taken or left as specified", { skip: noKernel }, () => {
  const program = load();
  const specification = memoryTables(1);
  for (const tables of [program.tables, specification]) tables.write(CONFIGURATION);
  for (const kind of ["ipip", "gre", "gue"] as const) {
    for (const outside of [4, 6] as const) {
      const whole = tunnelled({ kind, outside, checksummed: true });
      for (let length = 14; length <= whole.length; length++) {
        meet(program, specification, whole.subarray(0, length));
      }
      const long = tunnelled({ kind, outside, checksummed: true, payload: new Uint8Array(3200) });
      assert.equal(meet(program, specification, long), "decapsulated");
    }
  }
});

test("what the configuration leaves out is left alone", { skip: noKernel }, () => {
  const program = load();
  const specification = memoryTables(1);
  const narrower = [
    { ...CONFIGURATION, ipip: false, gre: false, guePort: 0 },
    { ...CONFIGURATION, directors: [], vips: [] },
    { ...CONFIGURATION, directors: ["10.0.0.2"], vips: ["192.168.150.101"] },
    CONFIGURATION,
  ];
  for (const configuration of narrower) {
    for (const tables of [program.tables, specification]) tables.write(configuration);
    assert.deepEqual(sorted(program.tables.read()), sorted(configuration));
    const random = new Random(5);
    for (let i = 0; i < 300; i++) meet(program, specification, randomFrame(random));
  }
});

test("full tables are searched to their last entry", { skip: noKernel }, () => {
  const program = load();
  const specification = memoryTables(1);
  const directors = Array.from({ length: DIRECTORS_MAX }, (_, i) => `10.0.0.${i + 1}`);
  const vips = Array.from({ length: VIPS_MAX }, (_, i) => `192.168.150.${i + 1}`);
  for (const tables of [program.tables, specification]) {
    tables.write({ ...CONFIGURATION, directors, vips });
  }
  const sent = (from: string, to: string) => meet(program, specification, tunnelled({ from, to }));
  assert.equal(sent("10.0.0.16", "192.168.150.64"), "decapsulated");
  assert.equal(sent("10.0.0.17", "192.168.150.64"), "outer-source");
  assert.equal(sent("10.0.0.16", "192.168.150.65"), "inner-destination");
});
