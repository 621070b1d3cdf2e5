import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, equalBytes, hex, readU16, readU32, writeU16, writeU32 } from "./bytes.ts";

test("integers lie in network byte order", () => {
  const bytes = new Uint8Array(6);
  writeU16(bytes, 0, 0x0102);
  writeU32(bytes, 2, 0xfffefdfc);
  assert.deepEqual([...bytes], [1, 2, 0xff, 0xfe, 0xfd, 0xfc]);
});

test("what is written is read", () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(0xffff_ffff), (word, long) => {
      const bytes = new Uint8Array(6);
      writeU16(bytes, 0, word);
      writeU32(bytes, 2, long);
      assert.equal(readU16(bytes, 0), word);
      assert.equal(readU32(bytes, 2), long);
    }),
  );
});

test("a value or a place that does not fit breaks an invariant", () => {
  assert.throws(() => writeU16(new Uint8Array(2), 0, 0x1_0000), /broken invariant: a 16-bit value/);
  assert.throws(() => writeU32(new Uint8Array(4), 0, -1), /broken invariant: a 32-bit value/);
  assert.throws(() => writeU16(new Uint8Array(2), 1, 1), /a write inside the buffer/);
});

test("concat joins, equalBytes compares, hex shows", () => {
  const joined = concat(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(0xab, 2));
  assert.equal(hex(joined), "01ab02");
  assert.ok(equalBytes(joined, Uint8Array.of(1, 0xab, 2)));
  assert.ok(!equalBytes(joined, Uint8Array.of(1, 0xab)));
  assert.ok(!equalBytes(joined, Uint8Array.of(1, 0xab, 3)));
});
