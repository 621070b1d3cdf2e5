import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  addressBytes,
  canonicalAddress,
  endpoint,
  familyOf,
  formatAddress,
  formatMapped,
  isMapped,
  mappedBytes,
  parseAddress,
} from "./address.ts";
import { ipv4Address, ipv6Address } from "./testing/arbitraries.ts";

const address = fc.oneof(ipv4Address, ipv6Address);

test("text and bytes go back and forth", () => {
  fc.assert(
    fc.property(address, (text) => {
      assert.equal(formatAddress(addressBytes(text)), text);
    }),
    { numRuns: 500 },
  );
});

test("IPv6 text is canonical (RFC 5952 section 4 and 5)", () => {
  const canonical: [string, string][] = [
    ["2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:DB8::AbC", "2001:db8::abc"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["::ffff:c0a8:9664", "::ffff:192.168.150.100"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
  ];
  for (const [text, expected] of canonical) assert.equal(canonicalAddress(text), expected, text);
});

test("anything else is no address", () => {
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.04",
    "0x1.2.3.4",
    "1.2.3.4 ",
    "1.2.3.-4",
    "1.2..4",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "g::",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "1.2.3.4::",
    "::1.2.3",
    "1:2:3:4:5:6:7:1.2.3.4",
    "fe80::1%eth0",
    "[::1]",
    "localhost",
  ]) {
    assert.equal(parseAddress(text), undefined, JSON.stringify(text));
  }
});

test("no text makes the parser throw", () => {
  const pieces = fc.array(fc.constantFrom("0", "1", "ff", "255", ":", "::", ".", "g", " "));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((parts) => parts.join("")),
      ),
      (text) => {
        const bytes = parseAddress(text);
        assert.ok(bytes === undefined || bytes.length === 4 || bytes.length === 16);
      },
    ),
    { numRuns: 1000 },
  );
});

test("the family follows from the text", () => {
  assert.equal(familyOf("10.0.0.1"), 4);
  assert.equal(familyOf("::ffff:10.0.0.1"), 6);
  assert.equal(familyOf("10.0.0"), undefined);
});

test("16 bytes stand for either family", () => {
  assert.deepEqual(mappedBytes("1.2.3.4"), addressBytes("::ffff:1.2.3.4"));
  assert.equal(formatMapped(mappedBytes("1.2.3.4")), "1.2.3.4");
  fc.assert(
    fc.property(address, (text) => {
      const bytes = mappedBytes(text);
      const expected = text.startsWith("::ffff:") && text.includes(".") ? text.slice(7) : text;
      assert.equal(formatMapped(bytes), expected);
      assert.equal(isMapped(bytes), !expected.includes(":"));
    }),
  );
});

test("an endpoint keeps the port apart from IPv6 (RFC 5952 section 6)", () => {
  assert.equal(endpoint("192.168.150.12", 80), "192.168.150.12:80");
  assert.equal(endpoint("2001:db8::1", 80), "[2001:db8::1]:80");
});
