import { assert } from "../base/assert.ts";
import { readU16, writeU16 } from "./bytes.ts";

export type Family = 4 | 6;

export const IPV4_ADDRESS_BYTES = 4;
export const IPV6_ADDRESS_BYTES = 16;
const GROUPS = 8;
const [ZERO, NINE, DOT] = [0x30, 0x39, 0x2e];
const MAPPED_PREFIX = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);

/**
 * An IPv4 or IPv6 address as its 4 or 16 bytes; undefined for anything else.
 *
 * IPv4 is strict: four decimal numbers without leading zeros, because libc reads "010" as octal.
 * IPv6 is RFC 4291 section 2.2 in all its forms, without a zone.
 */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** 4 or 6; undefined when the text is no address. */
export function familyOf(text: string): Family | undefined {
  if (text.includes(":")) return parseIpv6(text) && 6;
  return ipv4Word(text) === undefined ? undefined : 4;
}

/** The bytes of an address that is known to be well formed. */
export function addressBytes(text: string): Uint8Array {
  const bytes = parseAddress(text);
  assert(bytes !== undefined, "an address", text);
  return bytes;
}

/** 4 bytes as a dotted quad, 16 bytes in the canonical form of RFC 5952. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === IPV4_ADDRESS_BYTES) return bytes.join(".");
  assert(bytes.length === IPV6_ADDRESS_BYTES, "an address of 4 or 16 bytes", bytes.length);
  // RFC 5952 section 5: the well-known prefix of mapped addresses is written in mixed notation.
  if (isMapped(bytes)) return `::ffff:${bytes.subarray(MAPPED_PREFIX.length).join(".")}`;
  return formatGroups(Array.from({ length: GROUPS }, (_, at) => readU16(bytes, at * 2)));
}

/**
 * The one text of an address, so that equal addresses are equal strings; undefined if it is none.
 */
export function canonicalAddress(text: string): string | undefined {
  const bytes = parseAddress(text);
  return bytes === undefined ? undefined : formatAddress(bytes);
}

/**
 * 16 bytes for either family, IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). The text of a
 * mapped IPv6 address yields the same bytes as its IPv4 address.
 */
export function mappedBytes(text: string): Uint8Array {
  const bytes = addressBytes(text);
  if (bytes.length === IPV6_ADDRESS_BYTES) return bytes;
  const mapped = new Uint8Array(IPV6_ADDRESS_BYTES);
  mapped.set(MAPPED_PREFIX);
  mapped.set(bytes, MAPPED_PREFIX.length);
  return mapped;
}

/** The text of 16 bytes that mappedBytes made: a mapped address is an IPv4 one. */
export function formatMapped(bytes: Uint8Array): string {
  assert(bytes.length === IPV6_ADDRESS_BYTES, "an address of 16 bytes", bytes.length);
  return formatAddress(isMapped(bytes) ? bytes.subarray(MAPPED_PREFIX.length) : bytes);
}

/** Whether 16 bytes stand for an IPv4 address. */
export function isMapped(bytes: Uint8Array): boolean {
  return MAPPED_PREFIX.every((byte, at) => byte === bytes[at]);
}

/** An address with a port: "192.168.150.12:80", "[2001:db8::1]:80" (RFC 5952 section 6). */
export function endpoint(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const word = ipv4Word(text);
  return word === undefined ? undefined : Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);
}

/**
 * The 32 bits of a dotted quad. Character by character: a restore of ten thousand services asks a
 * hundred thousand times.
 */
function ipv4Word(text: string): number | undefined {
  let word = 0;
  let dots = 0;
  let part: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (part === undefined) return undefined;
      word = (word << 8) | part;
      part = undefined;
      dots++;
      continue;
    }
    // After a zero there is no digit: "010" would be eight to libc.
    if (code < ZERO || code > NINE || part === 0) return undefined;
    part = (part ?? 0) * 10 + (code - ZERO);
    if (part > 255) return undefined;
  }
  if (part === undefined || dots !== IPV4_ADDRESS_BYTES - 1) return undefined;
  return ((word << 8) | part) >>> 0;
}

function parseIpv6(text: string): Uint8Array | undefined {
  // The shortest, "::", has two colons already, and "10.0.0.1:80" has one.
  if (text.indexOf(":") === text.lastIndexOf(":")) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const compressed = halves.length === 2;
  // Only the very end of an address may be a dotted quad.
  const head = parseGroups(halves[0]!, !compressed);
  const tail = compressed ? parseGroups(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUPS - head.length - tail.length;
  if (compressed ? missing < 1 : missing !== 0) return undefined;
  const bytes = new Uint8Array(IPV6_ADDRESS_BYTES);
  head.forEach((group, at) => {
    writeU16(bytes, at * 2, group);
  });
  tail.forEach((group, at) => {
    writeU16(bytes, (head.length + missing + at) * 2, group);
  });
  return bytes;
}

function parseGroups(text: string, mayEndInQuad: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    if (mayEndInQuad && at === parts.length - 1 && part.includes(".")) {
      const quad = parseIpv4(part);
      if (quad === undefined) return undefined;
      groups.push(readU16(quad, 0), readU16(quad, 2));
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/**
 * RFC 5952 section 4.2: "::" stands for the longest run of two zeros or more, the first of equals.
 */
function formatGroups(groups: readonly number[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < GROUPS; start++) {
    let end = start;
    while (end < GROUPS && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
  }
  const text = groups.map((group) => group.toString(16));
  if (best.length === 1) return text.join(":");
  const before = text.slice(0, best.start).join(":");
  return `${before}::${text.slice(best.start + best.length).join(":")}`;
}
