import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { keywordReference } from "./reference.ts";

test("the document says of every word what the table says", () => {
  const text = readFileSync("docs/keepalived-conf.md", "utf8");
  assert.ok(
    text.endsWith(keywordReference()),
    "put the output of `weir check --words` behind its heading in docs/keepalived-conf.md",
  );
});
