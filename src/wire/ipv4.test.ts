import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, writeU16 } from "./bytes.ts";
import { checksum } from "./checksum.ts";
import { decodeIpv4, describeIpv4, encodeIpv4, IPV4_AT, type Ipv4 } from "./ipv4.ts";
import { ipv4 } from "./testing/arbitraries.ts";
import {
  codeOf,
  refusesEveryCut,
  roundTrips,
  survivesAnyBytes,
  survivesAnyChange,
} from "./testing/laws.ts";

const DATAGRAM: Ipv4 = {
  version: 4,
  trafficClass: 0,
  id: 7,
  dontFragment: true,
  moreFragments: false,
  fragmentOffset: 0,
  ttl: 64,
  protocol: 6,
  source: "192.168.150.1",
  destination: "192.168.150.100",
  options: new Uint8Array(0),
  payload: new Uint8Array(20),
};

/** Changes a byte of the header and makes its checksum right again. */
function changed(at: number, value: number): Uint8Array {
  const bytes = encodeIpv4(DATAGRAM);
  bytes[at] = value;
  writeU16(bytes, IPV4_AT.checksum, 0);
  writeU16(bytes, IPV4_AT.checksum, checksum(bytes.subarray(0, 20)));
  return bytes;
}

test("what is encoded is decoded", () => roundTrips(ipv4, encodeIpv4, decodeIpv4));

test("a datagram that is cut short is refused", () =>
  refusesEveryCut(ipv4.map(encodeIpv4), decodeIpv4));

test("no bytes make it throw", () => {
  survivesAnyBytes(decodeIpv4);
  survivesAnyChange(ipv4.map(encodeIpv4), decodeIpv4);
});

test("padding behind the total length is dropped", () => {
  fc.assert(
    fc.property(ipv4, fc.uint8Array({ maxLength: 46 }), (value, padding) => {
      const padded = concat(encodeIpv4(value), padding);
      assert.deepEqual(decodeIpv4(padded), { ok: true, value });
    }),
  );
});

test("each field that contradicts the others has its code", () => {
  assert.equal(codeOf(decodeIpv4(changed(0, 0x65))), "BAD_VERSION");
  assert.equal(codeOf(decodeIpv4(changed(0, 0x44))), "BAD_HEADER_LENGTH");
  assert.equal(codeOf(decodeIpv4(changed(IPV4_AT.totalLength + 1, 19))), "BAD_LENGTH");
  assert.equal(codeOf(decodeIpv4(changed(IPV4_AT.totalLength + 1, 41))), "TRUNCATED");
});

test("a damaged header is refused, unless its checksum is not to be looked at", () => {
  const bytes = encodeIpv4(DATAGRAM);
  bytes[IPV4_AT.ttl] = 63;
  assert.equal(codeOf(decodeIpv4(bytes)), "BAD_CHECKSUM");
  assert.equal(codeOf(decodeIpv4(bytes, "trust")), "ok");
});

test("one line", () => {
  assert.equal(describeIpv4(DATAGRAM), "192.168.150.1 > 192.168.150.100 tcp length 20");
  const first = { ...DATAGRAM, moreFragments: true };
  assert.match(describeIpv4(first), / frag 7:0\+$/);
  assert.match(describeIpv4({ ...DATAGRAM, fragmentOffset: 1480 }), / frag 7:1480$/);
  assert.match(describeIpv4({ ...DATAGRAM, protocol: 99 }), / protocol 99 length/);
});
