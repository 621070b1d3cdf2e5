import { assert } from "../base/assert.ts";
import { type Result, success } from "../base/fault.ts";
import { concat, truncated } from "./bytes.ts";

/**
 * Netlink: how Linux tells of the network and takes orders about it (netlink(7), RFC 3549).
 * Integers are in the byte order of the machine, which is little-endian on every machine that Weir
 * runs on.
 */
export interface NetlinkMessage {
  /** NLMSG_* or RTM_*. */
  readonly type: number;
  /** NLM_F_*. */
  readonly flags: number;
  /** Answers carry the number of their request. */
  readonly sequence: number;
  /** The socket that a message is for or from; 0 is the kernel. */
  readonly port: number;
  readonly payload: Uint8Array;
}

/** What ends a request: success, or a negative errno and perhaps a sentence of the kernel's. */
export interface NetlinkAck {
  readonly error: number;
  readonly message: string;
}

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
/** The dump was overtaken by a change: what it says does not fit together. */
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
/** What is there already becomes as the order has it. */
export const NLM_F_REPLACE = 0x100;
export const NLM_F_CREATE = 0x400;
/** In an acknowledgement: the request is not repeated whole. */
export const NLM_F_CAPPED = 0x100;
/** In an acknowledgement: attributes follow. */
export const NLM_F_ACK_TLVS = 0x200;

const HEADER_BYTES = 16;
const ALIGNMENT = 4;
const ATTRIBUTE_HEADER_BYTES = 4;
const ATTRIBUTE_BYTES_MAX = 0xffff;
/** The two upper bits of an attribute's type say how it is encoded, not what it is. */
const ATTRIBUTE_TYPE_MASK = 0x3fff;
const NLMSGERR_ATTR_MSG = 1;

export function encodeMessage(message: NetlinkMessage): Uint8Array {
  const bytes = new Uint8Array(aligned(HEADER_BYTES + message.payload.length));
  const view = viewOf(bytes);
  view.setUint32(0, HEADER_BYTES + message.payload.length, true);
  view.setUint16(4, message.type, true);
  view.setUint16(6, message.flags, true);
  view.setUint32(8, message.sequence, true);
  view.setUint32(12, message.port, true);
  bytes.set(message.payload, HEADER_BYTES);
  return bytes;
}

/**
 * All messages of one datagram, in order; their payloads are windows on it.
 *
 * Faults: TRUNCATED.
 */
export function decodeMessages(bytes: Uint8Array): Result<NetlinkMessage[]> {
  const view = viewOf(bytes);
  const messages: NetlinkMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const left = bytes.length - at;
    if (left < HEADER_BYTES) return truncated("a netlink header", HEADER_BYTES, left);
    const length = view.getUint32(at, true);
    const needed = Math.max(length, HEADER_BYTES);
    if (length < HEADER_BYTES || length > left) return truncated("a netlink message", needed, left);
    messages.push({
      type: view.getUint16(at + 4, true),
      flags: view.getUint16(at + 6, true),
      sequence: view.getUint32(at + 8, true),
      port: view.getUint32(at + 12, true),
      payload: bytes.subarray(at + HEADER_BYTES, at + length),
    });
    at += aligned(length);
  }
  return success(messages);
}

export interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  return concat(...attributes.map(encodeAttribute));
}

function encodeAttribute({ type, value }: Attribute): Uint8Array {
  const length = ATTRIBUTE_HEADER_BYTES + value.length;
  assert(length <= ATTRIBUTE_BYTES_MAX, "an attribute of at most 64 KiB", type, value.length);
  const bytes = new Uint8Array(aligned(length));
  const view = viewOf(bytes);
  view.setUint16(0, length, true);
  view.setUint16(2, type, true);
  bytes.set(value, ATTRIBUTE_HEADER_BYTES);
  return bytes;
}

/** Faults: TRUNCATED. */
export function decodeAttributes(bytes: Uint8Array): Result<Attribute[]> {
  const view = viewOf(bytes);
  const attributes: Attribute[] = [];
  for (let at = 0; at < bytes.length; ) {
    const left = bytes.length - at;
    if (left < ATTRIBUTE_HEADER_BYTES) return truncated("a netlink attribute", 4, left);
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_HEADER_BYTES || length > left) {
      return truncated("a netlink attribute", Math.max(length, ATTRIBUTE_HEADER_BYTES), left);
    }
    attributes.push({
      type: view.getUint16(at + 2, true) & ATTRIBUTE_TYPE_MASK,
      value: bytes.subarray(at + ATTRIBUTE_HEADER_BYTES, at + length),
    });
    at += aligned(length);
  }
  return success(attributes);
}

/**
 * The payload of NLMSG_ERROR, which with error 0 is an acknowledgement, and of NLMSG_DONE, which
 * ends a dump. Faults: TRUNCATED.
 */
export function decodeAck(message: NetlinkMessage): Result<NetlinkAck> {
  const { payload } = message;
  if (payload.length < 4) return truncated("a netlink acknowledgement", 4, payload.length);
  const error = viewOf(payload).getInt32(0, true);
  // The attributes come after the header of the request, or after all of it where it is repeated.
  const whole = message.type === NLMSG_ERROR && (message.flags & NLM_F_CAPPED) === 0;
  if ((message.flags & NLM_F_ACK_TLVS) === 0 || whole) return success({ error, message: "" });
  const start = message.type === NLMSG_ERROR ? 4 + HEADER_BYTES : 4;
  const attributes = decodeAttributes(payload.subarray(start));
  if (!attributes.ok) return attributes;
  const said = attributes.value.find(({ type }) => type === NLMSGERR_ATTR_MSG);
  return success({ error, message: said === undefined ? "" : textOf(said.value) });
}

/** Text that ends with a zero byte, or with the attribute. */
export function textOf(value: Uint8Array): string {
  const end = value.indexOf(0);
  return new TextDecoder("latin1").decode(end < 0 ? value : value.subarray(0, end));
}

export function textBytes(text: string): Uint8Array {
  return Uint8Array.from(`${text}\0`, (letter) => letter.charCodeAt(0));
}

export function u32Of(value: Uint8Array): number {
  return value.length < 4 ? 0 : viewOf(value).getUint32(0, true);
}

export function u32Bytes(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, number, true);
  return bytes;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}
