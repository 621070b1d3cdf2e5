import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressBytes } from "./address.ts";
import { readU16, writeU16 } from "./bytes.ts";
import {
  adjustChecksum,
  adjustChecksumBytes,
  checksum,
  checksumHolds,
  fold,
  pseudoHeaderSum,
  sum,
} from "./checksum.ts";

test("the example of RFC 1071 section 3", () => {
  const bytes = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  assert.equal(fold(sum(bytes)), 0xddf2);
  assert.equal(checksum(bytes), 0x220d);
});

test("the example of RFC 1624 section 4, which equation 2 gets wrong", () => {
  assert.equal(adjustChecksum(0xdd2f, 0x5555, 0x3285), 0x0000);
});

test("an odd last byte is padded with zero", () => {
  assert.equal(checksum(Uint8Array.of(1, 2, 3)), checksum(Uint8Array.of(1, 2, 3, 0)));
});

test("bytes that carry their checksum hold, and a changed bit breaks them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 64 }), fc.nat(), (bytes, place) => {
      writeU16(bytes, 0, 0);
      writeU16(bytes, 0, checksum(bytes));
      assert.ok(checksumHolds(bytes));
      bytes[place % bytes.length]! ^= 1 << (place % 8);
      assert.ok(!checksumHolds(bytes));
    }),
  );
});

test("an incremental update equals a full recomputation", () => {
  const header = fc.uint8Array({ minLength: 20, maxLength: 20 });
  // A header that is zero everywhere else is the one case in which the two zeros of one's
  // complement differ; no IP header is, for its version is not zero.
  fc.assert(
    fc.property(header, fc.integer({ min: 1, max: 9 }), fc.nat(0xffff), (bytes, word, value) => {
      bytes[0] = 0x45;
      writeU16(bytes, 10, 0);
      const at = word === 5 ? 12 : word * 2;
      const before = checksum(bytes);
      const old = readU16(bytes, at);
      writeU16(bytes, at, value);
      assert.equal(adjustChecksum(before, old, value), checksum(bytes));
    }),
    { numRuns: 1000 },
  );
});

test("a field of several words is updated like its words", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 40, maxLength: 40 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      (bytes, address) => {
        bytes[0] = 0x60;
        const before = checksum(bytes);
        const old = bytes.slice(8, 24);
        bytes.set(address, 8);
        assert.equal(adjustChecksumBytes(before, old, address), checksum(bytes));
      },
    ),
  );
});

test("the pseudo header of IPv4 as RFC 9293 section 3.1 lays it out", () => {
  const source = addressBytes("192.168.150.1");
  const destination = addressBytes("192.168.150.100");
  const laidOut = Uint8Array.of(...source, ...destination, 0, 6, 0, 20);
  assert.equal(pseudoHeaderSum(source, destination, 6, 20), sum(laidOut));
});

test("the pseudo header of IPv6 as RFC 8200 section 8.1 lays it out", () => {
  const source = addressBytes("2001:db8::1");
  const destination = addressBytes("2001:db8::2");
  const laidOut = Uint8Array.of(...source, ...destination, 0, 1, 0, 20, 0, 0, 0, 58);
  assert.equal(pseudoHeaderSum(source, destination, 58, 0x1_0014), sum(laidOut));
});
