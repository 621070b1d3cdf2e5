import assert from "node:assert/strict";
import { test } from "node:test";
import { readHexadecimal } from "./hexadecimal.ts";

function hexadecimal(...words: readonly string[]): string | undefined {
  const read = readHexadecimal(words);
  return (
    read && `${Buffer.from(read.bytes).toString("hex")}/${Buffer.from(read.mask).toString("hex")}`
  );
}

test("groups of digits are bytes, as the manual page has it", () => {
  const page = "ab120f0345065464431203";
  assert.equal(hexadecimal("Ab12f", "3", "456", "546443123")?.split("/")[0], page);
  assert.equal(hexadecimal("Ab12f 3 456 546443123")?.split("/")[0], page);
});

test("an X is four bits that do not count", () => {
  assert.equal(hexadecimal("aX", "X", "1"), "a00001/f0f0ff");
});

test("anything else is nothing", () => {
  for (const text of ["", " ", "0g", "0x1-2"]) assert.equal(hexadecimal(text), undefined, text);
});
