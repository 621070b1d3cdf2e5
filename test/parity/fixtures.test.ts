import assert from "node:assert/strict";
import { after, test } from "node:test";
import { describeFault } from "../../src/base/fault.ts";
import { Random } from "../../src/base/random.ts";
import { hex } from "../../src/wire/bytes.ts";
import { describeFrame } from "../../src/wire/frame.ts";
import type { Fixture } from "./fixtures/fixture.ts";
import { START } from "./fixtures/world.ts";
import { FIXTURES } from "./fixtures.ts";
import { Machine } from "./machine.ts";
import { loadProgram } from "./program.ts";

/**
 * Frames with a known fate, by hand: both data paths must agree with it, not only with each other.
 */

const program = loadProgram(new Random(1));
const mayNotLoad = !program.ok && program.fault.code === "BPF_PERMISSION";
const skip = mayNotLoad && `skipped, because ${describeFault(program.fault)}`;

after(() => {
  if (program.ok) program.value.close();
});

test("the program loads", { skip }, () => {
  assert.ok(program.ok, program.ok ? "" : describeFault(program.fault));
});

for (const fixture of FIXTURES) {
  test(fixture.name, { skip }, () => {
    assert.ok(program.ok);
    const machine = new Machine(program.value);
    machine.restart();
    for (const step of [...START, ...(fixture.before ?? [])]) {
      assert.equal(machine.take(step).difference, undefined);
    }
    meets(machine, fixture);
  });
}

function meets(machine: Machine, fixture: Fixture): void {
  const { met, difference } = machine.take({ kind: "packet", frame: fixture.frame });
  assert.equal(difference, undefined);
  assert.ok(met);
  const { verdict, reasons, frame } = met.program;
  const expected = fixture.after ?? fixture.frame;
  assert.deepEqual({ verdict, reasons }, { verdict: fixture.verdict, reasons: fixture.reasons });
  assert.equal(describeFrame(frame), describeFrame(expected));
  assert.equal(hex(frame), hex(expected));
}
