import assert from "node:assert/strict";
import { test } from "node:test";
import { CODES, explain } from "./explanations.ts";

test("every code has its paragraph", () => {
  assert.ok(CODES.length > 60);
  for (const code of CODES) {
    assert.match(code, /^[A-Z][A-Z0-9_]+$/);
    assert.match(explain(code)!, /^.{40,}\.$/s, code);
  }
});

test("what is no code has none", () => {
  assert.equal(explain("constructor"), undefined);
  assert.equal(explain("unknown_word"), undefined);
});
