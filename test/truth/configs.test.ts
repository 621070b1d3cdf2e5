import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { lint } from "../../src/config/lint/lint.ts";
import { load } from "../../src/config/load.ts";
import { sourcesOf } from "../../src/config/testing/sources.ts";

/**
 * Files of public repositories, with the typos, removed words and unfilled templates that they
 * have; mail addresses and passwords are replaced. All load, and what is odd is said.
 */
const FOLDER = new URL("configs/", import.meta.url);

/** "LINE CODE" of everything in each file. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "01.conf": [],
  "02.conf": ["23 MISSING_BRACE", "17 PASSWORD_CUT"],
  "03.conf": ["7 BAD_VALUE", "14 BAD_VALUE"],
  "04.conf": ["6 MISSING_ARGUMENT", "24 NO_SUCH_SCRIPT"],
  "05.conf": [],
  "06.conf": ["11 BAD_VALUE", "18 BAD_VALUE"],
  "07.conf": ["5 BAD_VALUE", "12 BAD_VALUE"],
  "08.conf": [
    "2 PLACEHOLDER",
    "13 PLACEHOLDER",
    "15 PLACEHOLDER",
    "16 PLACEHOLDER",
    "17 PLACEHOLDER",
    "22 PLACEHOLDER",
    "33 PLACEHOLDER",
    "27 PASSWORD_CUT",
  ],
  "09.conf": ["19 BAD_VALUE"],
  "10.conf": [],
  "11.conf": ["15 PASSWORD_CUT"],
  "12.conf": [
    "2 SHELL_WORDS",
    "11 PLACEHOLDER",
    "12 PLACEHOLDER",
    "14 PLACEHOLDER",
    "16 PLACEHOLDER",
    "21 PASSWORD_CUT",
  ],
  "13.conf": ["21 PASSWORD_CUT"],
  "14.conf": ["14 BAD_VALUE", "15 PASSWORD_CUT"],
  "15.conf": [
    "5 MISSING_ARGUMENT",
    "9 PLACEHOLDER",
    "9 SHELL_WORDS",
    "17 PLACEHOLDER",
    "18 PLACEHOLDER",
    "30 PLACEHOLDER",
  ],
};

test("every file is expected", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".conf"));
  assert.deepEqual(files.sort(), Object.keys(EXPECTED).sort());
});

for (const [name, expected] of Object.entries(EXPECTED)) {
  test(`${name} loads`, () => {
    const text = readFileSync(new URL(name, FOLDER), "utf8");
    const loaded = load(name, sourcesOf({ [name]: text }))!;
    const findings = [...loaded.findings, ...lint(loaded, {})];
    assert.deepEqual(
      findings.filter(({ severity }) => severity === "error"),
      [],
    );
    assert.deepEqual(
      findings.map(({ place, code }) => `${place.line} ${code}`),
      expected,
    );
  });
}
