import assert from "node:assert/strict";
import fc from "fast-check";
import type { Result } from "../../base/fault.ts";

/** What every pair of encoder and decoder in this folder must hold to. */

type Decode<T> = (bytes: Uint8Array) => Result<T>;

export function roundTrips<T>(
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: Decode<T>,
): void {
  fc.assert(
    fc.property(values, (value) => {
      assert.deepEqual(decode(encode(value)), { ok: true, value });
    }),
  );
}

/** Bytes cut anywhere before `needed` (by default, anywhere) are refused as TRUNCATED. */
export function refusesEveryCut<T>(
  values: fc.Arbitrary<Uint8Array>,
  decode: Decode<T>,
  needed: (bytes: Uint8Array) => number = (bytes) => bytes.length,
): void {
  fc.assert(
    fc.property(values, (bytes) => {
      for (let length = 0; length < needed(bytes); length++) {
        const result = decode(bytes.subarray(0, length));
        assert.equal(result.ok ? "accepted" : result.fault.code, "TRUNCATED", `cut to ${length}`);
      }
    }),
    { numRuns: 30 },
  );
}

export function survivesAnyBytes(read: (bytes: Uint8Array) => unknown): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      read(bytes);
    }),
    { numRuns: 500 },
  );
}

/** Valid bytes with one of them changed reach deeper into a decoder than random ones do. */
export function survivesAnyChange(
  values: fc.Arbitrary<Uint8Array>,
  read: (bytes: Uint8Array) => unknown,
): void {
  fc.assert(
    fc.property(values, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, change) => {
      const changed = bytes.slice();
      const at = place % changed.length;
      changed[at] = changed[at]! ^ change;
      read(changed);
    }),
    { numRuns: 500 },
  );
}

/** The code of a result's fault, for a short assertion. */
export function codeOf(result: Result<unknown>): string {
  return result.ok ? "ok" : result.fault.code;
}
