import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeTcp,
  decodeTcpFlags,
  describeTcp,
  encodeTcp,
  encodeTcpFlags,
  TCP_AT,
  type Tcp,
  type TcpFlag,
} from "./tcp.ts";
import { pseudoHeader, tcp } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, survivesAnyBytes, survivesAnyChange } from "./testing/laws.ts";

function segment(flags: readonly TcpFlag[], payload = new Uint8Array(0)): Tcp {
  return {
    sourcePort: 40001,
    destinationPort: 80,
    sequence: 1000,
    acknowledgment: 0,
    flags: new Set(flags),
    window: 64240,
    urgent: 0,
    options: new Uint8Array(0),
    payload,
  };
}

test("what is encoded is decoded, and its checksum holds", () => {
  fc.assert(
    fc.property(tcp, pseudoHeader, (value, sum) => {
      assert.deepEqual(decodeTcp(encodeTcp(value, sum), sum), { ok: true, value });
    }),
  );
});

test("a header that is cut short is refused", () => {
  const headerBytes = (bytes: Uint8Array) => (bytes[TCP_AT.dataOffset]! >> 4) * 4;
  refusesEveryCut(
    tcp.map((value) => encodeTcp(value, 0)),
    (bytes) => decodeTcp(bytes),
    headerBytes,
  );
});

test("no bytes make it throw", () => {
  survivesAnyBytes((bytes) => decodeTcp(bytes, 0));
  survivesAnyChange(
    tcp.map((value) => encodeTcp(value, 0)),
    (bytes) => decodeTcp(bytes),
  );
});

test("a damaged segment is refused, unless its checksum is not to be looked at", () => {
  const bytes = encodeTcp(segment(["syn"]), 5);
  assert.equal(codeOf(decodeTcp(bytes, 6)), "BAD_CHECKSUM");
  assert.equal(codeOf(decodeTcp(bytes)), "ok");
});

test("a data offset inside the fixed header is refused", () => {
  const bytes = encodeTcp(segment(["syn"]), 0);
  bytes[TCP_AT.dataOffset] = 4 << 4;
  assert.equal(codeOf(decodeTcp(bytes)), "BAD_HEADER_LENGTH");
});

test("flags are the bits of RFC 9293", () => {
  assert.equal(encodeTcpFlags(new Set(["syn", "ack"])), 0x12);
  assert.deepEqual(decodeTcpFlags(0x14), new Set(["rst", "ack"]));
  for (let byte = 0; byte < 256; byte++) assert.equal(encodeTcpFlags(decodeTcpFlags(byte)), byte);
});

test("one line", () => {
  assert.equal(describeTcp(segment(["syn"])), "S seq 1000 win 64240");
  assert.equal(describeTcp(segment(["syn", "ack"])), "S. seq 1000 ack 0 win 64240");
  const data = segment(["psh", "ack"], new Uint8Array(90));
  assert.equal(describeTcp(data), "P. seq 1000 ack 0 win 64240 length 90");
  assert.equal(describeTcp(segment([])), "none seq 1000 win 64240");
  assert.equal(describeTcp(segment(["urg"])), "U seq 1000 win 64240 urg 0");
});
