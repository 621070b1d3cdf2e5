import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hex } from "./bytes.ts";
import { type DnsQuery, decodeDnsHeader, encodeDnsQuery } from "./dns.ts";

function encoded(query: DnsQuery): Uint8Array {
  const bytes = encodeDnsQuery(query);
  assert.ok(bytes.ok);
  return bytes.value;
}

/** As keepalived 2.2.7 asks: test/truth/ka-checks.txt, C20 and C22. */
test("queries are those of keepalived", () => {
  assert.equal(
    hex(encoded({ id: 0xa538, type: "A", name: "example.com" })),
    "a53801000001000000000000076578616d706c6503636f6d0000010001",
  );
  assert.equal(
    hex(encoded({ id: 0x2e7a, type: "SOA", name: "." })),
    "2e7a010000010000000000000000060001",
  );
});

test("a name with a dot at its end is the same name", () => {
  const query = { id: 1, type: "AAAA" };
  assert.deepEqual(
    encoded({ ...query, name: "example.com." }),
    encoded({ ...query, name: "example.com" }),
  );
});

test("names that no message can hold, and types that are none, are refused", () => {
  const code = (type: string, name: string) => {
    const bytes = encodeDnsQuery({ id: 1, type, name });
    return bytes.ok ? undefined : bytes.fault.code;
  };
  assert.equal(code("A", "a..b"), "BAD_DNS_NAME");
  assert.equal(code("A", "a".repeat(64)), "BAD_DNS_NAME");
  assert.equal(code("A", "a".repeat(63)), undefined);
  assert.equal(code("A", `${"ab.".repeat(85)}c`), "BAD_DNS_NAME");
  assert.equal(code("ANY", "example.com"), "UNKNOWN_DNS_TYPE");
});

test("a header is read from any bytes that hold one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const header = decodeDnsHeader(bytes);
      assert.equal(header.ok, bytes.length >= 12);
      if (!header.ok) return;
      assert.equal(header.value.isResponse, bytes[2]! >= 0x80);
      assert.equal(header.value.rcode, bytes[3]! & 15);
    }),
  );
});
