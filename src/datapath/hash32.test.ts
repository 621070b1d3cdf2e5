import assert from "node:assert/strict";
import { test } from "node:test";
import { mappedBytes } from "../wire/address.ts";
import { foldAddress, hash32 } from "./hash32.ts";
import { readWords } from "./tuple.ts";

const words = (address: string) => readWords(new DataView(mappedBytes(address).slice().buffer), 0);

test("hash32() is the top of the product with the golden ratio, cut to 32 bits", () => {
  // 0x61c88647 itself, 2^32 less it, and sixteen times it less six times 2^32.
  assert.equal(hash32(1, 8), 0x61);
  assert.equal(hash32(0xffff_ffff, 8), 0x9e);
  assert.equal(hash32(16, 8), 0x1c);
  assert.equal(hash32(1, 16), 0x61c8);
});

test("an IPv4 address folds to itself, in host order", () => {
  assert.equal(foldAddress(4, words("10.64.0.1")), 0x0a40_0001);
  assert.equal(foldAddress(4, words("255.0.0.0")), 0xff00_0000);
});

test("an IPv6 address folds to its four words, one over the other", () => {
  const expected = 0xfd64_0000 ^ 0x0001_0002 ^ 0x0003_0004 ^ 0x0005_0006;
  assert.equal(foldAddress(6, words("fd64:0:1:2:3:4:5:6")), expected >>> 0);
});
