import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { READ_EXPLANATIONS } from "./explanations.ts";

test("every explanation is of a finding that there is, in sentences", () => {
  const folder = new URL("./", import.meta.url);
  const files = readdirSync(folder).filter((name) => !/test|explanations/.test(name));
  const sources = files.map((name) => readFileSync(new URL(name, folder), "utf8")).join("\n");
  for (const [code, text] of Object.entries(READ_EXPLANATIONS)) {
    assert.ok(sources.includes(`"${code}"`), code);
    assert.match(text, /^\S.*\.$/, code);
  }
});
