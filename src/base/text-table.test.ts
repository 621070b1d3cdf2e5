import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { textTable } from "./text-table.ts";

test("columns are aligned, and no line ends in spaces", () => {
  const rows = [
    ["SERVER", "WEIGHT", "STATE"],
    ["192.168.150.12:80", "1", "fit"],
    ["192.168.150.13:80", "10", ""],
  ];
  assert.deepEqual(textTable(rows, ["left", "right"]), [
    "SERVER             WEIGHT  STATE",
    "192.168.150.12:80       1  fit",
    "192.168.150.13:80      10",
  ]);
});

test("rows may be of different lengths, or none", () => {
  assert.deepEqual(textTable([]), []);
  assert.deepEqual(textTable([["a"], [], ["bb", "c"]]), ["a", "", "bb  c"]);
});

test("a character counts once, however many units it takes", () => {
  assert.deepEqual(
    textTable([
      ["né", "1"],
      ["𝔸", "2"],
    ]),
    ["né  1", "𝔸   2"],
  );
});

test("every cell is in its line", () => {
  const cells = fc.array(fc.array(fc.string()));
  fc.assert(
    fc.property(cells, (rows) => {
      for (const [at, line] of textTable(rows).entries()) {
        for (const cell of rows[at] ?? []) assert.ok(line.includes(cell.trimEnd()));
      }
    }),
  );
});
