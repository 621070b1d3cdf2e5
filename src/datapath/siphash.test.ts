import assert from "node:assert/strict";
import { test } from "node:test";
import { hsiphash } from "./siphash.ts";

test("hsiphash() of key 0 is the low half of SipHash-1-3", () => {
  // What CPython 3.11 says with PYTHONHASHSEED=0: hash(value.to_bytes(4, "little")).
  const known: [value: number, hash: bigint][] = [
    [0, 0xcc22_47b7_9ac4_8af0n],
    [1, 0x182e_2c74_c37b_7090n],
    [0x0a40_0000, 0xcffc_e263_2cb4_6bb2n],
    [0xffff_ffff, 0x52c4_0c88_74ca_d6e2n],
  ];
  for (const [value, hash] of known) {
    assert.equal(hsiphash(value, 0n), Number(hash & 0xffff_ffffn), `${value}`);
  }
});

test("hsiphash() takes a negative number for the 32 bits it is", () => {
  assert.equal(hsiphash(-1, 7n), hsiphash(0xffff_ffff, 7n));
});

test("hsiphash() of another key is another number", () => {
  assert.notEqual(hsiphash(1, 0n), hsiphash(1, 1n));
});
