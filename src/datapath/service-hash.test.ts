import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { serviceHome } from "./service-hash.ts";
import { HASH_KEYS } from "./tables.ts";

const MASK_64 = (1n << 64n) - 1n;

/** service_home() of xdp/service.h, word for word. */
function homeInC(w: Uint32Array, keys: Uint32Array, slots: number): number {
  const term = (i: number) => BigInt((w[i]! + keys[4 + i]!) >>> 0);
  let h = (term(0) * term(1) + term(2) * term(3) + term(4) * term(5)) & MASK_64;
  h ^= h >> 33n;
  h = (h * 0xff51afd7ed558ccdn) & MASK_64;
  return Number(((h >> 32n) * BigInt(slots)) >> 32n);
}

/** All words, and those at which carries go wrong. */
const word = fc.oneof(fc.nat({ max: 0xffff_ffff }), fc.constantFrom(0, 1, 0xffff, 0xffff_ffff));
const words = (length: number) =>
  fc
    .array(word, { minLength: length, maxLength: length })
    .map((values) => Uint32Array.from(values));

test("serviceHome() is what 64-bit arithmetic gives", () => {
  const slots = fc.integer({ min: 1, max: 2 ** 22 });
  fc.assert(
    fc.property(words(6), words(HASH_KEYS), slots, (key, secrets, size) => {
      assert.equal(serviceHome(key, secrets, size), homeInC(key, secrets, size));
    }),
    { numRuns: 2000 },
  );
});
