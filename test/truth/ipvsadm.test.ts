/**
 * Every ipvsadm command of the truth files, in order, through Weir's command line over rules in
 * memory: the same stdout, stderr and exit status, byte for byte.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Outcome, World } from "../../src/cli/ipvsadm/testing/world.ts";
import { EXCLUSIONS } from "./ipvsadm-exclusions.ts";
import { Guest } from "./ipvsadm-guest.ts";
import { PREPARATIONS } from "./ipvsadm-preparations.ts";
import { parseTranscript, type Step } from "./transcript.ts";

/** Commands compared and commands run in each file; a change of either wants a look. */
const FILES: readonly { readonly file: string; readonly compared: number; readonly run: number }[] =
  [
    { file: "ipvsadm-format.txt", compared: 195, run: 212 },
    { file: "ipvsadm-errors.txt", compared: 353, run: 375 },
    { file: "ipvsadm-more.txt", compared: 977, run: 1001 },
    { file: "stats.txt", compared: 22, run: 22 },
  ];

interface Ran {
  readonly step: Step;
  readonly outcome: Outcome;
}

async function runFile(file: string): Promise<readonly Ran[]> {
  const guest = new Guest();
  const ran: Ran[] = [];
  const preparations = PREPARATIONS.filter((each) => each.file === file);
  for (const step of parseTranscript(truth(file))) {
    for (const { at, prepare } of preparations) if (at(step)) await prepare(guest);
    const outcome = await guest.run(step);
    if (outcome !== undefined) ran.push({ step, outcome });
  }
  return ran;
}

function truth(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

function excludedLines(file: string): ReadonlySet<number> {
  return new Set(EXCLUSIONS.flatMap((each) => (each.file === file ? each.lines : [])));
}

function expectedOf({ stdout, stderr, status }: Step): Outcome {
  return { stdout, stderr, status };
}

for (const { file, compared, run } of FILES) {
  test(`${file}: every command does what ipvsadm did`, async (t) => {
    const ran = await runFile(file);
    const excluded = excludedLines(file);
    const comparable = ran.filter(({ step }) => !excluded.has(step.line));
    assert.deepEqual([comparable.length, ran.length], [compared, run]);
    for (const section of new Set(ran.map(({ step }) => step.section))) {
      await t.test(section === "" ? "before the first section" : section, () => {
        for (const { step, outcome } of comparable) {
          if (step.section !== section) continue;
          assert.deepEqual(outcome, expectedOf(step), `${file}:${step.line} $ ${step.command}`);
        }
      });
    }
  });

  test(`${file}: every exclusion is still needed`, async () => {
    const ran = new Map((await runFile(file)).map((each) => [each.step.line, each]));
    for (const { file: of, lines, more } of EXCLUSIONS) {
      for (const line of of === file ? lines : []) {
        const excluded = ran.get(line);
        assert.ok(excluded !== undefined, `${file}:${line} is no ipvsadm command`);
        const { step, outcome } = excluded;
        assert.notDeepEqual(outcome, expectedOf(step), `${file}:${line} $ ${step.command} holds`);
        if (more === undefined) continue;
        const stdout = outcome.stdout.replace(more, "");
        assert.deepEqual({ ...outcome, stdout }, expectedOf(step), `${file}:${line}`);
      }
    }
  });

  test(`${file}: every preparation meets its command`, () => {
    const steps = parseTranscript(truth(file));
    for (const { file: of, at } of PREPARATIONS) if (of === file) assert.ok(steps.some(at));
  });
}

test("bignum.txt: counters of every size are printed as ipvsadm prints them", async () => {
  const lines = truth("bignum.txt").matchAll(/^counter (\d+) +ipvsadm (-Ln .*?) *: (.*)$/gm);
  let compared = 0;
  for (const [line, number = "", options = "", printed] of lines) {
    const world = new World();
    await world.quietly("ipvsadm -A -t 10.0.0.1:80 -s rr");
    const n = BigInt(number);
    const all = { connections: n, inPackets: n, outPackets: n, inBytes: n, outBytes: n };
    world.director.observe("tcp 10.0.0.1:80", { counters: all, rates: all });
    const { stdout } = await world.ipvsadm(options.split(" "));
    assert.equal(stdout.split("\n")[3], printed, line);
    compared += 1;
  }
  assert.equal(compared, 112);
});
