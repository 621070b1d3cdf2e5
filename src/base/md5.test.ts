import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { md5 } from "./md5.ts";

const encoder = new TextEncoder();
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** RFC 1321, appendix A.5. */
const SUITE: readonly (readonly [string, string])[] = [
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["a", "0cc175b9c0f1b6a831c399e269772661"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
  ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
  [
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "d174ab98d277d9f5a5611c2c9f419d9f",
  ],
  ["1234567890".repeat(8), "57edf4a22be3c955ac49da2e2107b67a"],
];

test("the test suite of RFC 1321", () => {
  for (const [message, digest] of SUITE) assert.equal(text(md5(encoder.encode(message))), digest);
});

test("the same as OpenSSL's, whatever the length", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
      assert.equal(text(md5(message)), createHash("md5").update(message).digest("hex"));
    }),
  );
});
