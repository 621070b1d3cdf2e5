import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Capture, describePcapng, encodePcapng } from "./pcapng.ts";
import { decodePcapng } from "./pcapng-reader.ts";
import { record } from "./testing/arbitraries.ts";
import { codeOf, survivesAnyBytes, survivesAnyChange } from "./testing/laws.ts";

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const capture: fc.Arbitrary<Capture> = fc
  .array(record({ name: text }), { minLength: 1, maxLength: 3 })
  .chain((interfaces) =>
    record({
      interfaces: fc.constant(interfaces),
      frames: fc.array(
        record({
          interface: fc.nat(interfaces.length - 1),
          time: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          bytes: fc.uint8Array({ maxLength: 100 }),
          comment: text,
        }),
        { maxLength: 4 },
      ),
    }),
  );

test("what is written is read", () => {
  fc.assert(
    fc.property(capture, (value) => {
      assert.deepEqual(decodePcapng(encodePcapng(value)), { ok: true, value });
    }),
  );
});

test("a file that is cut short is refused, or ends at a block", () => {
  fc.assert(
    fc.property(capture, (value) => {
      const bytes = encodePcapng(value);
      for (let length = 0; length < bytes.length; length++) {
        const result = decodePcapng(bytes.subarray(0, length));
        if (result.ok) assert.ok(result.value.frames.length <= value.frames.length);
        else assert.equal(result.fault.code, "TRUNCATED");
      }
    }),
    { numRuns: 30 },
  );
});

test("no bytes make it throw", () => {
  survivesAnyBytes(decodePcapng);
  survivesAnyChange(capture.map(encodePcapng), decodePcapng);
});

test("other files are refused", () => {
  assert.equal(codeOf(decodePcapng(new Uint8Array(28))), "NOT_PCAPNG");
});

/** A block in big-endian order, which this project never writes. */
function bigEndianBlock(type: number, body: readonly number[]): number[] {
  const length = [0, 0, 0, 12 + body.length];
  return [
    type >>> 24,
    (type >>> 16) & 255,
    (type >>> 8) & 255,
    type & 255,
    ...length,
    ...body,
    ...length,
  ];
}

test("a big-endian file with microseconds is read", () => {
  const file = Uint8Array.of(
    ...bigEndianBlock(0x0a0d0d0a, [0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0, ...Array(8).fill(255)]),
    ...bigEndianBlock(1, [0, 1, 0, 0, 0, 0, 0, 0]),
    ...bigEndianBlock(6, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 2, 8, 9, 0, 0]),
  );
  assert.deepEqual(decodePcapng(file), {
    ok: true,
    value: {
      interfaces: [{ name: "" }],
      frames: [{ interface: 0, time: 7000n, bytes: Uint8Array.of(8, 9), comment: "" }],
    },
  });
});

test("one line", () => {
  const frame = { interface: 0, time: 0n, bytes: Uint8Array.of(1), comment: "" };
  const interfaces = [{ name: "eth0" }];
  assert.equal(describePcapng({ interfaces, frames: [frame] }), "1 interface, 1 frame");
  assert.equal(describePcapng({ interfaces, frames: [] }), "1 interface, 0 frames");
});
