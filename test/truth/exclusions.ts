import assert from "node:assert/strict";
import { test } from "node:test";

/** One comparison with a capture; it throws where Weir differs. */
export interface Case {
  readonly name: string;
  readonly run: () => void;
}

/** Cases that this version does not hold, by their names, and why. */
export interface Exclusion {
  readonly cases: RegExp;
  readonly reason: string;
}

/**
 * A test for each case. The cases of an exclusion are run too: when all of them hold it is not
 * needed any more, and its own test fails.
 */
export function holdCases(cases: readonly Case[], exclusions: readonly Exclusion[]): void {
  for (const { name, run } of cases) {
    if (!exclusions.some((exclusion) => exclusion.cases.test(name))) test(name, run);
  }
  for (const exclusion of exclusions) {
    test(`excluded, because ${exclusion.reason}: ${exclusion.cases.source}`, () => {
      const excluded = cases.filter(({ name }) => exclusion.cases.test(name));
      assert.ok(excluded.some(fails), "no case needs this exclusion any more");
    });
  }
}

function fails({ run }: Case): boolean {
  try {
    run();
    return false;
  } catch {
    return true;
  }
}
