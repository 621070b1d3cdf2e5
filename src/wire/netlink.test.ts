import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Result } from "../base/fault.ts";
import {
  decodeAck,
  decodeAttributes,
  decodeMessages,
  encodeAttributes,
  encodeMessage,
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_ERROR,
  textBytes,
} from "./netlink.ts";

const bytes = fc.uint8Array({ maxLength: 64 });
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const plain = { noNullPrototype: true };
const header = { type: u16, flags: u16, sequence: u32, port: u32 };
const message = fc.record({ ...header, payload: bytes }, plain);
const attribute = fc.record({ type: fc.nat(0x3fff), value: bytes }, plain);

function unwrap<T>(result: Result<T>): T {
  ok(result.ok);
  return result.value;
}

test("messages are decoded as they were encoded, one after another", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      const datagram = Buffer.concat(messages.map(encodeMessage));
      const decoded = unwrap(decodeMessages(datagram)).map((one) => ({
        ...one,
        payload: Uint8Array.from(one.payload),
      }));
      deepEqual(decoded, messages);
    }),
  );
});

test("attributes are decoded as they were encoded", () => {
  fc.assert(
    fc.property(fc.array(attribute, { maxLength: 8 }), (attributes) => {
      deepEqual(unwrap(decodeAttributes(encodeAttributes(attributes))), attributes);
    }),
  );
});

test("the upper bits of an attribute's type, nested and byte order, are no part of it", () => {
  const encoded = encodeAttributes([{ type: 8, value: Uint8Array.of(1) }]);
  encoded[3]! |= 0x80;
  equal(unwrap(decodeAttributes(encoded))[0]?.type, 8);
});

test("a datagram that was cut off is TRUNCATED, or holds whole messages only", () => {
  fc.assert(
    fc.property(message, message, fc.nat(), (first, second, at) => {
      const datagram = Buffer.concat([encodeMessage(first), encodeMessage(second)]);
      const cut = decodeMessages(datagram.subarray(0, at % datagram.length));
      if (!cut.ok) equal(cut.fault.code, "TRUNCATED");
      else ok(cut.value.length <= 2);
    }),
  );
});

test("bytes at random never make a decoder throw", () => {
  fc.assert(
    fc.property(bytes, (garbage) => {
      for (const decoded of [decodeMessages(garbage), decodeAttributes(garbage)]) {
        if (!decoded.ok) equal(decoded.fault.code, "TRUNCATED");
      }
    }),
  );
});

test("decodeAck() reads the error and the kernel's sentence (netlink(7), NETLINK_EXT_ACK)", () => {
  const error = Uint8Array.of(0xea, 0xff, 0xff, 0xff);
  const sentence = encodeAttributes([{ type: 1, value: textBytes("Invalid prefix length") }]);
  const payload = Buffer.concat([error, new Uint8Array(16), sentence]);
  const ack = { type: NLMSG_ERROR, sequence: 1, port: 0, payload };
  const capped = decodeAck({ ...ack, flags: NLM_F_CAPPED | NLM_F_ACK_TLVS });
  deepEqual(unwrap(capped), { error: -22, message: "Invalid prefix length" });
  deepEqual(unwrap(decodeAck({ ...ack, flags: 0 })), { error: -22, message: "" });
  const short = decodeAck({ ...ack, flags: 0, payload: payload.subarray(0, 3) });
  equal(short.ok ? "" : short.fault.code, "TRUNCATED");
});
