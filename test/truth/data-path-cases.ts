import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case, Exclusion } from "./exclusions.ts";

/**
 * One test a case. Every excluded case is run too and must fail, because the data path does
 * otherwise or says that it cannot: what begins to hold has to leave the list, and so has what no
 * case needs.
 */
export function holdDataPath(
  cases: readonly Case[],
  exclusions: readonly Exclusion[],
  count: number,
): void {
  test(`the capture was read whole: ${count} cases`, () => assert.equal(cases.length, count));
  for (const { name, run } of cases) {
    const exclusion = exclusions.find((excluded) => excluded.cases.test(name));
    if (exclusion === undefined) test(name, run);
    else test(`${name} [excluded: ${exclusion.reason}]`, () => assert.throws(run, isDifference));
  }
  test("every exclusion is of a case that the capture has", () => {
    for (const { cases: pattern } of exclusions) {
      assert.ok(
        cases.some(({ name }) => pattern.test(name)),
        `${pattern}`,
      );
    }
  });
}

/** Anything else that is thrown is a mistake in the test. */
function isDifference(error: unknown): boolean {
  if (error instanceof assert.AssertionError) return true;
  return error instanceof Error && error.message.includes("not supported yet");
}
