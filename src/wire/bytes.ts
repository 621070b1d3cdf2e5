import { assert } from "../base/assert.ts";
import { failure } from "../base/fault.ts";

/**
 * Integers in network byte order (big-endian) at an offset. Who reads has checked the length
 * before: a decoder answers TRUNCATED, it never reads past the end.
 */
export function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at) * 0x1_0000 + readU16(bytes, at + 2);
}

export function writeU16(bytes: Uint8Array, at: number, value: number): void {
  assert(Number.isInteger(value) && value >= 0 && value <= 0xffff, "a 16-bit value", value);
  assert(at + 2 <= bytes.length, "a write inside the buffer", at, bytes.length);
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  assert(Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff, "a 32-bit value", value);
  writeU16(bytes, at, Math.floor(value / 0x1_0000));
  writeU16(bytes, at + 2, value % 0x1_0000);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Lower case, two digits a byte, nothing between them. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The fault of every decoder that was given too few bytes. */
export function truncated(what: string, needed: number, given: number) {
  return failure("TRUNCATED", `${what} needs ${needed} bytes, ${given} are there`);
}
