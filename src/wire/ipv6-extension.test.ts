import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat } from "./bytes.ts";
import { encodeIpv6Fragment, findUpper } from "./ipv6-extension.ts";
import { PROTOCOL } from "./protocol.ts";
import { record } from "./testing/arbitraries.ts";
import { codeOf } from "./testing/laws.ts";

/** A header of 8 + 8 * `eights` bytes that is followed by `next`. */
function counted(next: number, eights: number): Uint8Array {
  const bytes = new Uint8Array(8 + 8 * eights);
  bytes[0] = next;
  bytes[1] = eights;
  return bytes;
}

const TRANSPORT = Uint8Array.of(1, 2, 3, 4);

test("without extension headers the transport is at the front", () => {
  assert.deepEqual(findUpper(PROTOCOL.tcp, TRANSPORT), {
    ok: true,
    value: { protocol: PROTOCOL.tcp, at: 0 },
  });
});

test("headers are passed by their own lengths", () => {
  const ah = new Uint8Array(16);
  ah[0] = PROTOCOL.udp;
  // RFC 4302 section 2.2: 4 words less 2.
  ah[1] = 2;
  const payload = concat(
    counted(PROTOCOL.destinationOptions, 0),
    counted(PROTOCOL.ah, 2),
    ah,
    TRANSPORT,
  );
  assert.deepEqual(findUpper(PROTOCOL.hopByHop, payload), {
    ok: true,
    value: { protocol: PROTOCOL.udp, at: 8 + 24 + 16 },
  });
});

test("a fragment tells its place, and the walk ends behind one that is not the first", () => {
  const fragments = record({
    id: fc.nat(0xffff_ffff),
    offset: fc.nat(0x1fff).map((eights) => eights * 8),
    moreFragments: fc.boolean(),
  });
  fc.assert(
    fc.property(fragments, (fragment) => {
      const payload = concat(
        encodeIpv6Fragment(PROTOCOL.destinationOptions, fragment),
        counted(PROTOCOL.tcp, 0),
        TRANSPORT,
      );
      const protocol = fragment.offset === 0 ? PROTOCOL.tcp : PROTOCOL.destinationOptions;
      assert.deepEqual(findUpper(PROTOCOL.fragment, payload), {
        ok: true,
        value: { protocol, at: fragment.offset === 0 ? 16 : 8, fragment },
      });
    }),
  );
});

test("headers that are cut short are refused", () => {
  const payload = concat(counted(PROTOCOL.destinationOptions, 1), counted(PROTOCOL.tcp, 2));
  for (let length = 0; length < payload.length; length++) {
    const result = findUpper(PROTOCOL.hopByHop, payload.subarray(0, length));
    assert.equal(codeOf(result), "TRUNCATED", `cut to ${length}`);
  }
});

test("no bytes make it throw or loop", () => {
  fc.assert(
    fc.property(fc.nat(255), fc.uint8Array({ maxLength: 200 }), (nextHeader, payload) => {
      const result = findUpper(nextHeader, payload);
      assert.ok(!result.ok || result.value.at <= payload.length);
    }),
    { numRuns: 1000 },
  );
});
