import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { Finding, Tree } from "../../config/tree.ts";
import { findingText, summary } from "./text.ts";

const finding: Finding = {
  code: "UNKNOWN_WORD",
  severity: "warning",
  place: { file: "a.conf", line: 1, column: 3 },
  length: 4,
  message: "Nobody knows it.",
  fix: "Take it out.",
};

function treeOf(line: string): Tree {
  return { statements: [], files: new Map([["a.conf", [line]]]) };
}

test("colours are all that a terminal adds", () => {
  const plain = findingText(finding, treeOf("  word x"), { colours: false });
  const coloured = findingText(finding, treeOf("  word x"), { colours: true });
  assert.notEqual(coloured, plain);
  assert.equal(stripVTControlCharacters(coloured), plain);
});

test("of a very long line the part with the mistake is shown", () => {
  const line = `${"a ".repeat(500)}word ${"b ".repeat(500)}`;
  const place = { ...finding.place, column: 1001 };
  const text = findingText({ ...finding, place }, treeOf(line), { colours: false });
  const [, shown, caret] = text.split("\n");
  assert.ok(shown!.length < 200);
  assert.equal(shown!.slice(caret!.indexOf("^"), caret!.indexOf("^") + 4), "word");
  assert.equal(caret!.trim(), "^~~~");
});

test("a line that is not there, and a word longer than its line, are no trouble", () => {
  const text = findingText({ ...finding, length: 99 }, treeOf("  wo"), { colours: false });
  assert.match(text, /^ {4}\^~$/m);
  const empty = findingText(finding, { statements: [], files: new Map() }, { colours: false });
  assert.equal(empty, "a.conf:1:3: warning: Nobody knows it. [UNKNOWN_WORD]\n  Take it out.\n");
});

test("counts have their plural", () => {
  assert.equal(summary([finding]), "0 errors, 1 warning");
  assert.equal(summary([{ ...finding, severity: "error" }]), "1 error, 0 warnings");
});
