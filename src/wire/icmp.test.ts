import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeIcmp,
  describeIcmp,
  echoReply,
  echoRequest,
  encodeIcmp,
  fragmentationNeeded,
  ICMP_BYTES,
  ICMP_TYPE,
  isIcmpError,
  timeExceeded,
  UNREACHABLE,
  unreachable,
} from "./icmp.ts";
import {
  describeIcmpv6,
  echoReplyV6,
  echoRequestV6,
  isIcmpv6Error,
  packetTooBig,
  timeExceededV6,
  UNREACHABLE_V6,
  unreachableV6,
} from "./icmpv6.ts";
import { icmp, pseudoHeader } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, survivesAnyBytes } from "./testing/laws.ts";

const NOTHING = new Uint8Array(0);

test("what is encoded is decoded, and its checksum holds", () => {
  fc.assert(
    fc.property(icmp, pseudoHeader, (value, sum) => {
      assert.deepEqual(decodeIcmp(encodeIcmp(value, sum), sum), { ok: true, value });
    }),
  );
});

test("a header that is cut short is refused", () =>
  refusesEveryCut(
    icmp.map((value) => encodeIcmp(value)),
    (bytes) => decodeIcmp(bytes),
    () => ICMP_BYTES,
  ));

test("no bytes make it throw", () => survivesAnyBytes((bytes) => decodeIcmp(bytes, 0)));

test("a damaged message is refused, unless its checksum is not to be looked at", () => {
  const bytes = encodeIcmp(echoRequest(1, 2, NOTHING));
  bytes[7]! ^= 1;
  assert.equal(codeOf(decodeIcmp(bytes, 0)), "BAD_CHECKSUM");
  assert.equal(codeOf(decodeIcmp(bytes)), "ok");
});

test("one line of ICMP", () => {
  assert.equal(describeIcmp(echoRequest(0xfffe, 3, NOTHING)), "icmp echo request id 65534 seq 3");
  assert.equal(describeIcmp(echoReply(7, 1, NOTHING)), "icmp echo reply id 7 seq 1");
  assert.equal(describeIcmp(unreachable(UNREACHABLE.host, NOTHING)), "icmp host unreachable");
  assert.equal(describeIcmp(unreachable(9, NOTHING)), "icmp unreachable code 9");
  assert.equal(
    describeIcmp(fragmentationNeeded(1480, NOTHING)),
    "icmp unreachable - need to frag mtu 1480",
  );
  assert.equal(describeIcmp(timeExceeded(0, NOTHING)), "icmp time exceeded in-transit");
  const other = { type: 13, code: 0, rest: 0, body: NOTHING };
  assert.equal(describeIcmp(other), "icmp type 13 code 0");
});

test("one line of ICMPv6", () => {
  assert.equal(describeIcmpv6(echoRequestV6(7, 1, NOTHING)), "icmp6 echo request id 7 seq 1");
  assert.equal(describeIcmpv6(echoReplyV6(7, 1, NOTHING)), "icmp6 echo reply id 7 seq 1");
  assert.equal(
    describeIcmpv6(unreachableV6(UNREACHABLE_V6.port, NOTHING)),
    "icmp6 port unreachable",
  );
  assert.equal(describeIcmpv6(packetTooBig(1480, NOTHING)), "icmp6 packet too big mtu 1480");
  assert.equal(describeIcmpv6(timeExceededV6(1, NOTHING)), "icmp6 time exceeded in reassembly");
});

test("errors quote, queries do not", () => {
  for (const type of [3, 4, 5, 11, 12]) assert.ok(isIcmpError(type), `type ${type}`);
  for (const type of [0, 8, 9, 13, 17]) assert.ok(!isIcmpError(type), `type ${type}`);
  assert.ok(isIcmpError(ICMP_TYPE.unreachable));
  assert.ok(isIcmpv6Error(2) && !isIcmpv6Error(128));
});
