import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseIpv4Loosely, parseIpv6, printedAddress } from "./inet.ts";
import { leadingNumber, numberBetween } from "./number.ts";

test("parseIpv4Loosely() reads every spelling of inet_aton(3)", () => {
  const spellings = { "10.0.0.9": ["10.9", "10.0.9", "0xa000009", "012.0.0.011", "167772169"] };
  for (const [address, texts] of Object.entries(spellings)) {
    for (const text of texts) assert.equal(parseIpv4Loosely(text), address, text);
  }
  for (const text of ["", "1..2", "1.2.3.4.5", "256.0.0.1", "08.0.0.1", "10.0.65536", " 1.1.1.1"]) {
    assert.equal(parseIpv4Loosely(text), undefined, text);
  }
});

test("parseIpv4Loosely() reads any address in one, two and four parts alike", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => {
      const address = parseIpv4Loosely(String(value));
      assert.equal(parseIpv4Loosely(`0x${value.toString(16)}`), address);
      assert.equal(parseIpv4Loosely(`${value >>> 24}.${value % 2 ** 24}`), address);
      assert.equal(parseIpv4Loosely(address ?? ""), address);
    }),
  );
});

test("printedAddress() writes compatible addresses as glibc does, and reads back the same", () => {
  assert.equal(printedAddress("::1:2"), "::0.1.0.2");
  assert.equal(printedAddress("::1"), "::1");
  assert.equal(printedAddress("2001:db8::1"), "2001:db8::1");
  assert.equal(parseIpv6(printedAddress("::1:2")), "::1:2");
});

test("numberBetween() reads as strtol(3) with nothing left over", () => {
  assert.deepEqual(
    [" 3", "+3", "007", "1x", "", "0x10", "-1", "99999999999999999999"].map((text) =>
      numberBetween(text, 0, 10),
    ),
    [3, 3, 7, undefined, undefined, undefined, undefined, undefined],
  );
  assert.deepEqual([" 12x", "x", "-4"].map(leadingNumber), [12, 0, -4]);
});
