import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeGre, describeGre, encodeGre, GRE_BYTES, GRE_CHECKSUM_BYTES } from "./gre.ts";
import { ETHERTYPE } from "./protocol.ts";
import { gre } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, roundTrips, survivesAnyBytes } from "./testing/laws.ts";

test("what is encoded is decoded", () => roundTrips(gre, encodeGre, decodeGre));

test("a header that is cut short is refused", () =>
  refusesEveryCut(gre.map(encodeGre), decodeGre, (bytes) =>
    bytes[0] === 0 ? GRE_BYTES : GRE_CHECKSUM_BYTES,
  ));

test("no bytes make it throw", () => survivesAnyBytes(decodeGre));

test("versions and fields that IPVS does not send are refused", () => {
  assert.equal(codeOf(decodeGre(Uint8Array.of(0, 1, 8, 0))), "BAD_VERSION");
  assert.equal(codeOf(decodeGre(Uint8Array.of(0x20, 0, 8, 0, 0, 0, 0, 7))), "UNKNOWN_GRE");
});

test("a damaged payload is refused, unless its checksum is not to be looked at", () => {
  const sent = { type: ETHERTYPE.ipv4, checksummed: true, payload: Uint8Array.of(1, 2, 3) };
  const bytes = encodeGre(sent);
  bytes[9]! ^= 1;
  assert.equal(codeOf(decodeGre(bytes)), "BAD_CHECKSUM");
  assert.equal(codeOf(decodeGre(bytes, "trust")), "ok");
});

test("one line", () => {
  const sent = { type: ETHERTYPE.ipv6, checksummed: false, payload: new Uint8Array(60) };
  assert.equal(describeGre(sent), "gre ipv6 length 60");
  assert.equal(
    describeGre({ ...sent, type: 0x6558, checksummed: true }),
    "gre 0x6558 length 60 cksum",
  );
});
