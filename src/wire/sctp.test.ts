import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeSctp, describeSctp, encodeSctp, SCTP_BYTES, sctpChunkTypes } from "./sctp.ts";
import { sctp } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, roundTrips, survivesAnyBytes } from "./testing/laws.ts";

function packet(chunks: readonly number[]) {
  return {
    sourcePort: 40001,
    destinationPort: 80,
    verificationTag: 7,
    chunks: Uint8Array.from(chunks),
  };
}

test("what is encoded is decoded", () => roundTrips(sctp, encodeSctp, decodeSctp));

test("a header that is cut short is refused", () =>
  refusesEveryCut(sctp.map(encodeSctp), decodeSctp, () => SCTP_BYTES));

test("no bytes make it throw", () => {
  survivesAnyBytes(decodeSctp);
  survivesAnyBytes(sctpChunkTypes);
});

test("a damaged packet is refused, unless its checksum is not to be looked at", () => {
  const bytes = encodeSctp(packet([1, 0, 0, 4]));
  bytes[12]! ^= 1;
  assert.equal(codeOf(decodeSctp(bytes)), "BAD_CHECKSUM");
  assert.equal(codeOf(decodeSctp(bytes, "trust")), "ok");
});

test("the checksum of a captured packet", () => {
  const hex = "0bed270f000000007e1a71800100001400000000000000000000000000000000";
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const sent = decodeSctp(bytes);
  assert.ok(sent.ok);
  assert.deepEqual(encodeSctp(sent.value), bytes);
  assert.equal(describeSctp(sent.value), "sctp INIT");
});

test("chunks are followed by their padded lengths", () => {
  const chunks = Uint8Array.of(11, 0, 0, 4, 0, 3, 0, 5, 9, 0, 0, 0, 6, 0, 0, 4);
  assert.deepEqual(sctpChunkTypes(chunks), [11, 0, 6]);
  assert.deepEqual(sctpChunkTypes(Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 4)), [1], "a length of 0");
});

test("one line", () => {
  assert.equal(describeSctp(packet([1, 0, 0, 4])), "sctp INIT");
  assert.equal(describeSctp(packet([11, 0, 0, 4, 200, 0, 0, 4])), "sctp COOKIE ACK, chunk 200");
  assert.equal(describeSctp(packet([])), "sctp");
});
