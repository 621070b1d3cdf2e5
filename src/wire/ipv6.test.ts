import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeIpv6, describeIpv6, encodeIpv6 } from "./ipv6.ts";
import { ipv6 } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, roundTrips, survivesAnyBytes } from "./testing/laws.ts";

test("what is encoded is decoded", () => roundTrips(ipv6, encodeIpv6, decodeIpv6));

test("a packet that is cut short is refused", () =>
  refusesEveryCut(ipv6.map(encodeIpv6), decodeIpv6));

test("no bytes make it throw", () => survivesAnyBytes(decodeIpv6));

test("another version is refused", () => {
  const bytes = new Uint8Array(40);
  bytes[0] = 0x45;
  assert.equal(codeOf(decodeIpv6(bytes)), "BAD_VERSION");
});

test("one line", () => {
  const packet = {
    version: 6,
    trafficClass: 0,
    flowLabel: 0,
    nextHeader: 58,
    hopLimit: 255,
    source: "2001:db8::1",
    destination: "2001:db8::2",
    payload: new Uint8Array(8),
  } as const;
  assert.equal(describeIpv6(packet), "2001:db8::1 > 2001:db8::2 icmpv6 length 8");
});
