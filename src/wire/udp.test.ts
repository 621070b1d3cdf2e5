import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, readU16, writeU16 } from "./bytes.ts";
import { pseudoHeader, udp } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, survivesAnyBytes } from "./testing/laws.ts";
import { decodeUdp, describeUdp, encodeUdp, UDP_AT } from "./udp.ts";

const DATAGRAM = {
  sourcePort: 5353,
  destinationPort: 53,
  checksummed: true,
  payload: Uint8Array.of(1, 2, 3),
};

test("what is encoded is decoded, and its checksum holds", () => {
  fc.assert(
    fc.property(udp, pseudoHeader, fc.uint8Array(), (value, sum, padding) => {
      assert.deepEqual(decodeUdp(encodeUdp(value, sum), sum), { ok: true, value });
      const padded = concat(encodeUdp(value, sum), padding);
      assert.deepEqual(decodeUdp(padded, sum), { ok: true, value });
    }),
  );
});

test("a datagram that is cut short is refused", () =>
  refusesEveryCut(
    udp.map((value) => encodeUdp(value, 0)),
    (bytes) => decodeUdp(bytes, 0),
  ));

test("no bytes make it throw", () => survivesAnyBytes((bytes) => decodeUdp(bytes, 0)));

test("a damaged datagram is refused, unless it carries no checksum", () => {
  assert.equal(codeOf(decodeUdp(encodeUdp(DATAGRAM, 5), 6)), "BAD_CHECKSUM");
  const bare = encodeUdp({ ...DATAGRAM, checksummed: false }, 5);
  assert.equal(readU16(bare, UDP_AT.checksum), 0);
  assert.equal(codeOf(decodeUdp(bare, 6)), "ok");
});

test("a checksum of zero goes out as all ones (RFC 768)", () => {
  // Both ports and the length are all that is summed: choose a sum that completes to all ones.
  const empty = { ...DATAGRAM, payload: new Uint8Array(0) };
  const bytes = encodeUdp(empty, 0xffff - 5353 - 53 - 8);
  assert.equal(readU16(bytes, UDP_AT.checksum), 0xffff);
});

test("a length inside the header is refused", () => {
  const bytes = encodeUdp(DATAGRAM, 0);
  writeU16(bytes, UDP_AT.length, 7);
  assert.equal(codeOf(decodeUdp(bytes)), "BAD_LENGTH");
});

test("one line", () => {
  assert.equal(describeUdp(DATAGRAM), "udp length 3");
  assert.equal(describeUdp({ ...DATAGRAM, checksummed: false }), "udp length 3 no cksum");
});
