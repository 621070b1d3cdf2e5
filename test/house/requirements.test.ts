import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const LEDGER = readFileSync(join(ROOT, "docs/vrrp-requirements.md"), "utf8");

interface Row {
  readonly requirement: string;
  readonly where: string;
  readonly held: string;
}

const ROWS: readonly Row[] = LEDGER.split("\n")
  .filter((line) => line.startsWith("|") && /\| (MUST|SHOULD)( NOT)? \|/.test(line))
  .map((line) => {
    const [section, word, what, where = "", held = ""] = line
      .split("|")
      .slice(1)
      .map((cell) => cell.trim());
    return { requirement: `${section} ${word}: ${what}`, where, held };
  });

/** Literals after `test(`; those of loops by their start. */
function hasTest(source: string, title: string): boolean {
  if (source.includes(`test("${title}"`)) return true;
  const [, start] = /^(.*?: )/.exec(title) ?? [];
  return start !== undefined && source.includes(`test(\`${start}\${`);
}

test("the ledger of VRRP names tests that exist", () => {
  const named = ROWS.flatMap(({ held }) => [...held.matchAll(/`([^`]+\.test\.ts)` “([^”]+)”/g)]);
  assert.ok(named.length > 50, "names are found");
  const missing = named
    .map(([, file, title]) => ({ file: file!, title: title! }))
    .filter(({ file, title }) => {
      const path = join(ROOT, file);
      return !existsSync(path) || !hasTest(readFileSync(path, "utf8"), title);
    });
  assert.deepEqual(missing, []);
});

test("the ledger of VRRP names files that exist", () => {
  const missing = ROWS.flatMap(({ requirement, where }) =>
    [...where.matchAll(/`([^`]+)`/g)]
      .filter(([, file]) => !existsSync(join(ROOT, file!)))
      .map(([, file]) => `${requirement}: ${file}`),
  );
  assert.deepEqual(missing, []);
});

test("each requirement has a test, or a reason why not", () => {
  assert.ok(ROWS.length > 90, "the whole of RFC 9568");
  const bare = ROWS.filter(({ held }) => held.length < 20);
  assert.deepEqual(bare, []);
});
