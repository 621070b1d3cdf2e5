import { canonicalAddress, familyOf } from "../../wire/address.ts";

const OCTET_MAX = 0xff;

/**
 * An IPv4 address in all the spellings of inet_aton(3): one to four parts, each decimal, octal
 * (leading 0) or hexadecimal (0x), the last one filling the bytes that are left; white space ends
 * it.
 */
export function parseIpv4Loosely(text: string): string | undefined {
  if (familyOf(text) === 4) return text;
  const address = text.match(/^[^ \t\n\v\f\r]*/)?.[0] ?? "";
  const parts = address.split(".").map(parsePart);
  const last = parts.pop();
  if (last === undefined || parts.length > 3) return undefined;
  let value = 0;
  for (const part of parts) {
    if (part === undefined || part > OCTET_MAX) return undefined;
    value = value * 256 + part;
  }
  const room = 256 ** (4 - parts.length);
  if (last >= room) return undefined;
  return dotted(value * room + last);
}

/** inet_pton(3) for IPv6, in canonical form. */
export function parseIpv6(text: string): string | undefined {
  return text.includes(":") ? canonicalAddress(text) : undefined;
}

/** The 32 bits of an address as a dotted quad. */
function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & OCTET_MAX).join(".");
}

/**
 * An address as inet_ntop(3) of glibc writes it: as RFC 5952, but what has only its last 32 bits
 * set (an IPv4-compatible address, RFC 4291 section 2.5.5.1) ends in a dotted quad.
 */
export function printedAddress(address: string): string {
  const [, high, low] = address.match(/^::([0-9a-f]{1,4}):([0-9a-f]{1,4})$/) ?? [];
  if (high === undefined || low === undefined) return address;
  return `::${dotted(Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16))}`;
}

function parsePart(part: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(part)) return Number.parseInt(part.slice(2), 16);
  if (/^0[0-7]*$/.test(part)) return Number.parseInt(part, 8);
  return /^[1-9]\d*$/.test(part) ? Number(part) : undefined;
}
