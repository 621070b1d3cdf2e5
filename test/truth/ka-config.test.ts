import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, success } from "../../src/base/fault.ts";
import type { Host } from "../../src/config/lint/host.ts";
import { lint } from "../../src/config/lint/lint.ts";
import { load } from "../../src/config/load.ts";
import { sourcesOf } from "../../src/config/testing/sources.ts";
import type { Finding } from "../../src/config/tree.ts";
import { type ConfigurationCase, configurationCases } from "./ka-config-cases.ts";
import { EXCLUSIONS } from "./ka-config-exclusions.ts";

/**
 * What `keepalived -t` of 2.2.7 found in 160 configurations, `weir check` finds in the same places.
 * keepalived has one class of mistakes: it logs, and would run on; ours is a warning then.
 */

/** The guest in which the capture was made. */
const HOST: Host = {
  interfaces: new Map([
    ["lo", ["127.0.0.1/8"]],
    ["eth0", []],
  ]),
  check: ({ words: [program] }) =>
    program === "/tmp/nosuch.sh"
      ? failure("SCRIPT_MISSING", `There is no program "${program}"`)
      : success(undefined),
};

function findingsOf({ text }: ConfigurationCase): readonly Finding[] {
  const loaded = load("/tmp/c.conf", sourcesOf({ "/tmp/c.conf": text }))!;
  return [...loaded.findings, ...lint(loaded, { host: HOST })];
}

const CASES = configurationCases();

test("the capture has all its cases", () => {
  assert.deepEqual(
    CASES.map(({ number }) => number),
    Array.from({ length: 160 }, (_, at) => at + 1),
  );
  assert.equal(CASES.filter(({ exit }) => exit === 0).length, 41);
});

for (const sample of CASES) {
  const { number, title, text, exit, lines } = sample;
  test(`${number}. ${title}`, () => {
    const { silent = [], more = [] } = EXCLUSIONS.get(number) ?? {};
    const findings = findingsOf(sample);
    const codes = findings.map(({ code }) => code);
    if (exit === 0) assert.deepEqual(codes, more, "keepalived finds nothing wrong");
    else assert.notDeepEqual(codes, [], "keepalived finds something wrong");
    const missed = lines.filter((line) => !isCovered(line, text.split("\n"), findings));
    assert.deepEqual(missed, silent, "lines that keepalived names and nothing here does");
    const errors = findings.filter(({ severity }) => severity === "error");
    // A file that ends too early may be one that is still being written: it is not loaded.
    const mayFail = errors.every(({ code }) => code === "UNCLOSED_BLOCK");
    assert.ok(mayFail, "keepalived would run on");
  });
}

/** keepalived names the end of a block for what the block lacks; here it is what opens it. */
function isCovered(line: number, source: readonly string[], findings: readonly Finding[]): boolean {
  const first = source[line - 1]?.trim() === "}" ? openingOf(line, source) : line;
  return findings.some(({ place }) => place.line >= first && place.line <= line);
}

function openingOf(line: number, source: readonly string[]): number {
  let depth = 0;
  for (let at = line; at > 0; at--) {
    depth += source[at - 1]!.split("}").length - source[at - 1]!.split("{").length;
    if (depth <= 0) return at;
  }
  return line;
}
