import { assert } from "../base/assert.ts";
import { type Result, success } from "../base/fault.ts";
import { readU16, readU32, truncated, writeU16, writeU32 } from "./bytes.ts";
import { PROTOCOL } from "./protocol.ts";

/** The fragment header of IPv6 (RFC 8200 section 4.5). */
export interface Ipv6Fragment {
  readonly id: number;
  /** In bytes, a multiple of 8. */
  readonly offset: number;
  readonly moreFragments: boolean;
}

/** Where the extension headers end. */
export interface Upper {
  /** Protocol number of what follows them. */
  readonly protocol: number;
  /** Offset of it in the payload of the fixed header. */
  readonly at: number;
  /** Present where a fragment header was passed; past offset 0 no transport header follows. */
  readonly fragment?: Ipv6Fragment;
}

const IPV6_FRAGMENT_BYTES = 8;
const EXTENSION_BYTES_MIN = 8;

/** Those whose second byte counts further eights: RFC 8200 section 4 and 6275 (mobility, 135). */
const COUNTED_IN_EIGHTS: ReadonlySet<number> = new Set([
  PROTOCOL.hopByHop,
  PROTOCOL.routing,
  PROTOCOL.destinationOptions,
  135,
]);

/**
 * Passes the extension headers at the front of a payload. It ends at anything that is none, so at
 * the transport, at "no next header" and at ESP, and behind the header of a fragment that is not
 * the first.
 *
 * Faults: TRUNCATED.
 */
export function findUpper(nextHeader: number, payload: Uint8Array): Result<Upper> {
  let protocol = nextHeader;
  let at = 0;
  let fragment: Ipv6Fragment | undefined;
  while (isExtension(protocol) && (fragment === undefined || fragment.offset === 0)) {
    if (payload.length < at + EXTENSION_BYTES_MIN) {
      return truncated("IPv6 extension header", at + EXTENSION_BYTES_MIN, payload.length);
    }
    const bytes = extensionBytes(protocol, payload[at + 1]!);
    if (payload.length < at + bytes) {
      return truncated("IPv6 extension header", at + bytes, payload.length);
    }
    if (protocol === PROTOCOL.fragment) fragment = decodeFragment(payload.subarray(at));
    protocol = payload[at]!;
    at += bytes;
  }
  return success(fragment === undefined ? { protocol, at } : { protocol, at, fragment });
}

/** The 8 bytes of a fragment header; `nextHeader` is what the fragmented part begins with. */
export function encodeIpv6Fragment(nextHeader: number, fragment: Ipv6Fragment): Uint8Array {
  assert(fragment.offset % 8 === 0, "an offset in eights", fragment.offset);
  const bytes = new Uint8Array(IPV6_FRAGMENT_BYTES);
  bytes[0] = nextHeader;
  writeU16(bytes, 2, fragment.offset | (fragment.moreFragments ? 1 : 0));
  writeU32(bytes, 4, fragment.id);
  return bytes;
}

/** " frag id:offset", with "+" when more follow. */
export function describeIpv6Fragment(fragment: Ipv6Fragment): string {
  return ` frag ${fragment.id}:${fragment.offset}${fragment.moreFragments ? "+" : ""}`;
}

function isExtension(protocol: number): boolean {
  return (
    COUNTED_IN_EIGHTS.has(protocol) || protocol === PROTOCOL.fragment || protocol === PROTOCOL.ah
  );
}

function extensionBytes(protocol: number, count: number): number {
  if (protocol === PROTOCOL.fragment) return IPV6_FRAGMENT_BYTES;
  // RFC 4302 section 2.2: the authentication header alone counts fours, less two.
  if (protocol === PROTOCOL.ah) return Math.max(EXTENSION_BYTES_MIN, (count + 2) * 4);
  return (count + 1) * 8;
}

function decodeFragment(bytes: Uint8Array): Ipv6Fragment {
  const word = readU16(bytes, 2);
  return { id: readU32(bytes, 4), offset: word & 0xfff8, moreFragments: (word & 1) === 1 };
}
