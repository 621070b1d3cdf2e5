import assert from "node:assert/strict";
import { test } from "node:test";
import { success } from "../../src/base/fault.ts";
import { Random } from "../../src/base/random.ts";
import { VERDICT_CODES } from "../../src/datapath/reason.ts";
import { receive } from "../../src/datapath/receive.ts";
import { sweep } from "../../src/datapath/sweep.ts";
import { HASH_KEYS, memoryTables, View } from "../../src/datapath/tables.ts";
import { generateScenario } from "./generate/scenario.ts";
import { Machine } from "./machine.ts";
import { INGRESS, type Program, smallDimensions } from "./program.ts";
import { replay, shrunkTranscript } from "./replay.ts";
import { SPECIFICATION, type Specification } from "./sides.ts";
import type { Step } from "./step.ts";

/**
 * The machine that finds differences, held against ones that are known: both sides are the
 * specification here, so this runs where nobody may load BPF, and one of them is made wrong.
 */

/** The specification in the program's place. */
function programOfSpecification(random: Random): Program {
  const dimensions = smallDimensions(random, 1);
  const hashKeys = Uint32Array.from({ length: HASH_KEYS }, () => random.u32());
  const tables = memoryTables(dimensions, hashKeys);
  const view = new View(tables);
  return {
    tables,
    run(frame) {
      const now = process.hrtime.bigint();
      const received = receive(view, { frame, ifindex: INGRESS }, now);
      return success({ verdict: VERDICT_CODES[received.verdict], frame: received.frame });
    },
    sweep: (firstBucket, buckets, now) => success(sweep(view, firstBucket, buckets, now)),
    close() {},
  };
}

/** A machine over a wrong specification, and a scenario in which that shows. */
function failing(wrong: Specification): { machine: Machine; steps: Step[]; difference: string } {
  const random = new Random(8);
  const program = programOfSpecification(random);
  const machine = new Machine(program, wrong);
  for (let tries = 0; tries < 50; tries++) {
    const steps = generateScenario(random, program.tables.dimensions.buckets);
    const difference = replay(machine, steps);
    if (difference !== undefined) return { machine, steps, difference };
  }
  throw new Error("no scenario shows the fault");
}

test("the specification differs from itself in nothing", () => {
  const random = new Random(3);
  const program = programOfSpecification(random);
  const machine = new Machine(program);
  for (let i = 0; i < 5; i++) {
    const steps = generateScenario(random, program.tables.dimensions.buckets);
    assert.equal(replay(machine, steps), undefined);
  }
});

test("a wrong TTL is shrunk to the few steps that show it, and told", () => {
  const wrong: Specification = {
    ...SPECIFICATION,
    receive(view, arrival, now) {
      const received = receive(view, arrival, now);
      if (received.reason === "forwarded") received.frame[22]! += 1;
      return received;
    },
  };
  const { machine, steps, difference } = failing(wrong);
  assert.match(difference, /^frame at byte 22: /);
  const text = shrunkTranscript(machine, steps, difference);
  const [head] = text.split("\n");
  const fewest = Number(/^(\d+) of \d+ steps differ still$/.exec(head!)?.[1]);
  // Network, rules, a packet that opens and one that follows.
  assert.equal(fewest, 4, text);
  assert.match(text, /-A -[tu] 192\.168\.150\.10\d:\d+ -s /);
  assert.match(text, /packet: 198\.51\.100\.\d+:\d+ > 192\.168\.150\.10\d:\d+ /);
  assert.match(text, /specification: (?:tx|redirect), forwarded\n {3}program: {7}\w+, forwarded/);
  assert.match(text, /DIFFERENCE: frame at byte 22: [0-9a-f]+ by specification, [0-9a-f]+ by/);
});

test("a count that is not taken is found in the tables, though the packet went its way", () => {
  const wrong: Specification = {
    ...SPECIFICATION,
    receive(view, arrival, now) {
      const received = receive(view, arrival, now);
      if (received.reason === "forwarded") view.loads.set(0, "inactive", 0);
      return received;
    },
  };
  const { machine, steps, difference } = failing(wrong);
  assert.match(difference, /^loads\[0\]\.inactive: the specification has 0, the program \d+$/);
  assert.match(shrunkTranscript(machine, steps, difference), /DIFFERENCE: loads\[0\]\.inactive/);
});

test("a sweep that forgets to take entries out is found", () => {
  const wrong: Specification = {
    ...SPECIFICATION,
    sweep: () => ({ expired: 0, live: 0 }),
  };
  const { difference } = failing(wrong);
  assert.match(difference, /^sweep: the specification says 0 expired and 0 live, the program \d+/);
});
