import { assert } from "../base/assert.ts";
import { failure, type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress } from "./address.ts";
import { readU16, readU32, truncated, writeU16, writeU32 } from "./bytes.ts";
import { protocolName } from "./protocol.ts";

/** The fixed header of IPv6 (RFC 8200 section 3); ipv6-extension.ts walks what follows. */
export interface Ipv6Header {
  readonly version: 6;
  /** DSCP and ECN (RFC 2474, RFC 3168), one byte. */
  readonly trafficClass: number;
  /** 20 bits. */
  readonly flowLabel: number;
  /** The first extension header, or the transport where there is none. */
  readonly nextHeader: number;
  readonly hopLimit: number;
  readonly source: string;
  readonly destination: string;
}

export interface Ipv6 extends Ipv6Header {
  /** Extension headers and what follows them. */
  readonly payload: Uint8Array;
}

export const IPV6_BYTES = 40;
/** Offsets of the fields. */
const IPV6_AT = {
  payloadLength: 4,
  nextHeader: 6,
  hopLimit: 7,
  source: 8,
  destination: 24,
} as const;

const FLOW_LABEL_BITS = 20;
const PAYLOAD_MAX = 0xffff;

export interface Ipv6Start {
  readonly header: Ipv6Header;
  /** As the header states it; more than is there when a packet is quoted. */
  readonly payloadLength: number;
}

/**
 * The header alone, for a packet that is quoted in ICMPv6 and so may be cut short.
 *
 * Faults: TRUNCATED, BAD_VERSION.
 */
export function decodeIpv6Header(bytes: Uint8Array): Result<Ipv6Start> {
  if (bytes.length < IPV6_BYTES) return truncated("IPv6", IPV6_BYTES, bytes.length);
  const first = readU32(bytes, 0);
  const version = first >>> 28;
  if (version !== 6) return failure("BAD_VERSION", `IPv6 header says version ${version}`);
  const header: Ipv6Header = {
    version: 6,
    trafficClass: (first >>> FLOW_LABEL_BITS) & 0xff,
    flowLabel: first & (2 ** FLOW_LABEL_BITS - 1),
    nextHeader: bytes[IPV6_AT.nextHeader]!,
    hopLimit: bytes[IPV6_AT.hopLimit]!,
    source: formatAddress(bytes.subarray(IPV6_AT.source, IPV6_AT.destination)),
    destination: formatAddress(bytes.subarray(IPV6_AT.destination, IPV6_BYTES)),
  };
  return success({ header, payloadLength: readU16(bytes, IPV6_AT.payloadLength) });
}

/**
 * A whole packet. Bytes after its payload length are padding of the link and are dropped;
 * jumbograms (RFC 2675) are not known and read as empty.
 *
 * Faults: TRUNCATED, BAD_VERSION.
 */
export function decodeIpv6(bytes: Uint8Array): Result<Ipv6> {
  const start = decodeIpv6Header(bytes);
  if (!start.ok) return start;
  const { header, payloadLength } = start.value;
  const end = IPV6_BYTES + payloadLength;
  if (bytes.length < end) return truncated("IPv6 packet", end, bytes.length);
  return success({ ...header, payload: bytes.subarray(IPV6_BYTES, end) });
}

export function encodeIpv6(packet: Ipv6): Uint8Array {
  const { payload, flowLabel } = packet;
  assert(payload.length <= PAYLOAD_MAX, "a payload of at most 65535 bytes", payload.length);
  assert(flowLabel < 2 ** FLOW_LABEL_BITS, "a flow label of 20 bits", flowLabel);
  const bytes = new Uint8Array(IPV6_BYTES + payload.length);
  const first = ((6 << 28) | (packet.trafficClass << FLOW_LABEL_BITS) | flowLabel) >>> 0;
  writeU32(bytes, 0, first);
  writeU16(bytes, IPV6_AT.payloadLength, payload.length);
  bytes[IPV6_AT.nextHeader] = packet.nextHeader;
  bytes[IPV6_AT.hopLimit] = packet.hopLimit;
  bytes.set(addressBytes(packet.source), IPV6_AT.source);
  bytes.set(addressBytes(packet.destination), IPV6_AT.destination);
  bytes.set(payload, IPV6_BYTES);
  return bytes;
}

/** "2001:db8::1 > 2001:db8::2 tcp length 20". */
export function describeIpv6(packet: Ipv6): string {
  const { source, destination, nextHeader, payload } = packet;
  return `${source} > ${destination} ${protocolName(nextHeader)} length ${payload.length}`;
}
