import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeGue, describeGue, encodeGue, GUE_BYTES } from "./gue.ts";
import { PROTOCOL } from "./protocol.ts";
import { gue } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, roundTrips, survivesAnyBytes } from "./testing/laws.ts";

test("what is encoded is decoded", () => roundTrips(gue, encodeGue, decodeGue));

test("a header that is cut short is refused", () =>
  refusesEveryCut(gue.map(encodeGue), decodeGue, (bytes) => GUE_BYTES + (bytes[0]! & 0x1f) * 4));

test("no bytes make it throw", () => survivesAnyBytes(decodeGue));

test("version 1, which is IP without a header of GUE, is refused", () => {
  assert.equal(codeOf(decodeGue(Uint8Array.of(0x45, 0, 0, 20))), "BAD_VERSION");
});

test("one line", () => {
  const sent = {
    control: false,
    protocol: PROTOCOL.ipip,
    flags: 0,
    options: new Uint8Array(0),
    payload: new Uint8Array(60),
  };
  assert.equal(describeGue(sent), "gue ipip length 60");
  assert.equal(describeGue({ ...sent, control: true, protocol: 1 }), "gue control 1 length 60");
});
