import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeEthernet, describeEthernet, ETHERNET_BYTES, encodeEthernet } from "./ethernet.ts";
import { ETHERTYPE } from "./protocol.ts";
import { ethernet } from "./testing/arbitraries.ts";
import { refusesEveryCut, roundTrips, survivesAnyBytes } from "./testing/laws.ts";

test("what is encoded is decoded", () => roundTrips(ethernet, encodeEthernet, decodeEthernet));

test("a header that is cut short is refused", () =>
  refusesEveryCut(ethernet.map(encodeEthernet), decodeEthernet, () => ETHERNET_BYTES));

test("no bytes make it throw", () => survivesAnyBytes(decodeEthernet));

test("one line", () => {
  const frame = {
    destination: "ff:ff:ff:ff:ff:ff",
    source: "02:00:00:00:00:01",
    type: ETHERTYPE.arp,
    payload: new Uint8Array(0),
  };
  assert.equal(describeEthernet(frame), "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff arp");
  assert.match(describeEthernet({ ...frame, type: 0x88cc }), / ethertype 0x88cc$/);
});
