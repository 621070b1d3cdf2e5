import { assert } from "../base/assert.ts";
import { concat } from "./bytes.ts";

/**
 * Capture files that Wireshark and tcpdump open: draft-ietf-opsawg-pcapng, the section header,
 * interface description and enhanced packet blocks, little-endian. pcapng-reader.ts reads them.
 */
export interface CaptureInterface {
  readonly name: string;
}

export interface CapturedFrame {
  /** Index in the capture's interfaces. */
  readonly interface: number;
  /** Nanoseconds since 1970 (or since the start of a simulation), below 2^64. */
  readonly time: bigint;
  /** An Ethernet frame. */
  readonly bytes: Uint8Array;
  /** "" for none. Wireshark shows it beside the frame. */
  readonly comment: string;
}

export interface Capture {
  readonly interfaces: readonly CaptureInterface[];
  readonly frames: readonly CapturedFrame[];
}

export const BLOCK = { section: 0x0a0d_0d0a, interface: 1, packet: 6 } as const;
export const OPTION = { end: 0, comment: 1, interfaceName: 2, resolution: 9 } as const;
export const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
export const LINKTYPE_ETHERNET = 1;
/** if_tsresol: a time unit of ten to the power of minus this. */
export const NANOSECONDS = 9;
/** Type and total length before a block's body, total length behind it. */
export const BLOCK_FRAME_BYTES = 12;
const OPTION_LENGTH_MAX = 0xffff;

export function encodePcapng(capture: Capture): Uint8Array {
  const blocks = [encodeSection()];
  for (const { name } of capture.interfaces) blocks.push(encodeInterface(name));
  for (const frame of capture.frames) {
    assert(frame.interface < capture.interfaces.length, "an interface of the capture", frame);
    blocks.push(encodePacket(frame));
  }
  return concat(...blocks);
}

/** "2 interfaces, 14 frames". */
export function describePcapng(capture: Capture): string {
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const { interfaces, frames } = capture;
  return `${count(interfaces.length, "interface")}, ${count(frames.length, "frame")}`;
}

function encodeSection(): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  // Minor version 0, and -1 for a section whose length is not told.
  view.setBigInt64(8, -1n, true);
  return encodeBlock(BLOCK.section, body);
}

function encodeInterface(name: string): Uint8Array {
  const fixed = new Uint8Array(8);
  new DataView(fixed.buffer).setUint16(0, LINKTYPE_ETHERNET, true);
  const options = [
    encodeOption(OPTION.interfaceName, new TextEncoder().encode(name)),
    encodeOption(OPTION.resolution, Uint8Array.of(NANOSECONDS)),
    encodeOption(OPTION.end, new Uint8Array(0)),
  ];
  return encodeBlock(BLOCK.interface, concat(fixed, ...options));
}

function encodePacket(frame: CapturedFrame): Uint8Array {
  const { time, bytes, comment } = frame;
  assert(time >= 0n && time < 2n ** 64n, "a time of 64 bits", String(time));
  const fixed = new Uint8Array(20);
  const view = new DataView(fixed.buffer);
  view.setUint32(0, frame.interface, true);
  view.setUint32(4, Number(time >> 32n), true);
  view.setUint32(8, Number(time & 0xffff_ffffn), true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16, bytes.length, true);
  const options =
    comment === ""
      ? []
      : [
          encodeOption(OPTION.comment, new TextEncoder().encode(comment)),
          encodeOption(OPTION.end, new Uint8Array(0)),
        ];
  return encodeBlock(BLOCK.packet, concat(fixed, padded(bytes), ...options));
}

function encodeOption(code: number, value: Uint8Array): Uint8Array {
  assert(value.length <= OPTION_LENGTH_MAX, "an option of at most 65535 bytes", value.length);
  const head = new Uint8Array(4);
  const view = new DataView(head.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  return concat(head, padded(value));
}

/** Type, total length, body, and the total length again so that a reader can go backwards. */
function encodeBlock(type: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(BLOCK_FRAME_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  bytes.set(body, 8);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
}

function padded(bytes: Uint8Array): Uint8Array {
  return concat(bytes, new Uint8Array(-bytes.length & 3));
}
