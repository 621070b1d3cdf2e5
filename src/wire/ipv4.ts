import { assert } from "../base/assert.ts";
import { failure, type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress } from "./address.ts";
import { readU16, truncated, writeU16 } from "./bytes.ts";
import { checksum, checksumHolds } from "./checksum.ts";
import { type ChecksumPolicy, protocolName } from "./protocol.ts";

/** An IPv4 header (RFC 791 section 3.1), all but what follows from the rest. */
export interface Ipv4Header {
  readonly version: 4;
  /** DSCP and ECN (RFC 2474, RFC 3168), one byte. */
  readonly trafficClass: number;
  readonly id: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** Kept as they are; a multiple of 4 bytes, at most 40. */
  readonly options: Uint8Array;
}

export interface Ipv4 extends Ipv4Header {
  readonly payload: Uint8Array;
}

const IPV4_BYTES = 20;
/** Offsets of the fields. */
export const IPV4_AT = {
  trafficClass: 1,
  totalLength: 2,
  id: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  checksum: 10,
  source: 12,
  destination: 16,
} as const;

const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const OFFSET_MASK = 0x1fff;
const OPTIONS_MAX = 40;
const TOTAL_LENGTH_MAX = 0xffff;

export interface Ipv4Start {
  readonly header: Ipv4Header;
  readonly headerBytes: number;
  /** As the header states it, header included; more than is there when a datagram is quoted. */
  readonly totalLength: number;
}

/**
 * The header alone, for a datagram that is quoted in ICMP and so may be cut short.
 *
 * Faults: TRUNCATED, BAD_VERSION, BAD_HEADER_LENGTH, BAD_LENGTH, BAD_CHECKSUM.
 */
export function decodeIpv4Header(
  bytes: Uint8Array,
  policy: ChecksumPolicy = "verify",
): Result<Ipv4Start> {
  if (bytes.length < IPV4_BYTES) return truncated("IPv4", IPV4_BYTES, bytes.length);
  const version = bytes[0]! >> 4;
  if (version !== 4) return failure("BAD_VERSION", `IPv4 header says version ${version}`);
  const headerBytes = (bytes[0]! & 0x0f) * 4;
  if (headerBytes < IPV4_BYTES) {
    return failure("BAD_HEADER_LENGTH", `IPv4 header length ${headerBytes} is below ${IPV4_BYTES}`);
  }
  if (bytes.length < headerBytes) return truncated("IPv4 options", headerBytes, bytes.length);
  const totalLength = readU16(bytes, IPV4_AT.totalLength);
  if (totalLength < headerBytes) {
    return failure("BAD_LENGTH", `IPv4 total length ${totalLength} is below its own header`);
  }
  if (policy === "verify" && !checksumHolds(bytes.subarray(0, headerBytes))) {
    return failure("BAD_CHECKSUM", "IPv4 header checksum does not match");
  }
  const fragment = readU16(bytes, IPV4_AT.fragment);
  const header: Ipv4Header = {
    version: 4,
    trafficClass: bytes[IPV4_AT.trafficClass]!,
    id: readU16(bytes, IPV4_AT.id),
    dontFragment: (fragment & DONT_FRAGMENT) !== 0,
    moreFragments: (fragment & MORE_FRAGMENTS) !== 0,
    fragmentOffset: (fragment & OFFSET_MASK) * 8,
    ttl: bytes[IPV4_AT.ttl]!,
    protocol: bytes[IPV4_AT.protocol]!,
    source: formatAddress(bytes.subarray(IPV4_AT.source, IPV4_AT.destination)),
    destination: formatAddress(bytes.subarray(IPV4_AT.destination, IPV4_BYTES)),
    options: bytes.slice(IPV4_BYTES, headerBytes),
  };
  return success({ header, headerBytes, totalLength });
}

/**
 * A whole datagram. Bytes after its total length are padding of the link and are dropped.
 *
 * Faults: those of decodeIpv4Header; TRUNCATED also when the total length says more than is there.
 */
export function decodeIpv4(bytes: Uint8Array, policy: ChecksumPolicy = "verify"): Result<Ipv4> {
  const start = decodeIpv4Header(bytes, policy);
  if (!start.ok) return start;
  const { header, headerBytes, totalLength } = start.value;
  if (bytes.length < totalLength) return truncated("IPv4 datagram", totalLength, bytes.length);
  return success({ ...header, payload: bytes.subarray(headerBytes, totalLength) });
}

/** Header length, total length and checksum follow from the rest. */
export function encodeIpv4(packet: Ipv4): Uint8Array {
  const { options, payload, fragmentOffset } = packet;
  assert(options.length % 4 === 0 && options.length <= OPTIONS_MAX, "IPv4 options", options.length);
  assert(fragmentOffset % 8 === 0 && fragmentOffset >> 3 <= OFFSET_MASK, "an offset in eights");
  const headerBytes = IPV4_BYTES + options.length;
  const totalLength = headerBytes + payload.length;
  assert(totalLength <= TOTAL_LENGTH_MAX, "a datagram of at most 65535 bytes", totalLength);
  const bytes = new Uint8Array(totalLength);
  bytes[0] = (4 << 4) | (headerBytes / 4);
  bytes[IPV4_AT.trafficClass] = packet.trafficClass;
  writeU16(bytes, IPV4_AT.totalLength, totalLength);
  writeU16(bytes, IPV4_AT.id, packet.id);
  const flags =
    (packet.dontFragment ? DONT_FRAGMENT : 0) | (packet.moreFragments ? MORE_FRAGMENTS : 0);
  writeU16(bytes, IPV4_AT.fragment, flags | (fragmentOffset >> 3));
  bytes[IPV4_AT.ttl] = packet.ttl;
  bytes[IPV4_AT.protocol] = packet.protocol;
  bytes.set(addressBytes(packet.source), IPV4_AT.source);
  bytes.set(addressBytes(packet.destination), IPV4_AT.destination);
  bytes.set(options, IPV4_BYTES);
  writeU16(bytes, IPV4_AT.checksum, checksum(bytes.subarray(0, headerBytes)));
  bytes.set(payload, headerBytes);
  return bytes;
}

/** "192.168.150.1 > 192.168.150.100 tcp length 20", with "frag 7:1480+" for a fragment. */
export function describeIpv4(packet: Ipv4): string {
  const { source, destination, protocol, payload } = packet;
  const content = `${protocolName(protocol)} length ${payload.length}`;
  return `${source} > ${destination} ${content}${describeIpv4Fragment(packet)}`;
}

/** " frag id:offset", with "+" when more follow; nothing for a whole datagram. */
export function describeIpv4Fragment(header: Ipv4Header): string {
  if (!header.moreFragments && header.fragmentOffset === 0) return "";
  return ` frag ${header.id}:${header.fragmentOffset}${header.moreFragments ? "+" : ""}`;
}
