import { failure, type Result, success } from "../base/fault.ts";
import { endpoint } from "./address.ts";
import { decodeIpv4Header } from "./ipv4.ts";
import { decodeIpv6Header, IPV6_BYTES } from "./ipv6.ts";
import { findUpper } from "./ipv6-extension.ts";
import { type Ports, readPorts } from "./ports.ts";
import { protocolName } from "./protocol.ts";

/** What an ICMP error tells of the datagram that caused it; it may be cut short anywhere. */
export interface Quotation {
  readonly version: 4 | 6;
  readonly source: string;
  readonly destination: string;
  /** Of the transport, behind any extension headers. */
  readonly protocol: number;
  /** Offset of the transport in the quoted bytes. */
  readonly transportAt: number;
  /**
   * Absent for protocols without, fragments that are not the first, and where the quote ends early.
   */
  readonly ports?: Ports;
}

/**
 * Reads the datagram that an ICMP error quotes: its IP header and at least 8 bytes more (RFC 792,
 * RFC 4443 section 2.4). Checksums are not looked at, for the header was changed on its way.
 *
 * Faults: TRUNCATED, BAD_VERSION, BAD_HEADER_LENGTH, BAD_LENGTH.
 */
export function decodeQuotation(bytes: Uint8Array): Result<Quotation> {
  const version = bytes.length === 0 ? 4 : bytes[0]! >> 4;
  if (version === 4) return decodeQuotedIpv4(bytes);
  if (version === 6) return decodeQuotedIpv6(bytes);
  return failure("BAD_VERSION", `quoted datagram says IP version ${version}`);
}

/** "192.168.150.100:80 > 192.168.150.1:40001 tcp". */
export function describeQuotation(quotation: Quotation): string {
  const { source, destination, protocol, ports } = quotation;
  if (ports === undefined) return `${source} > ${destination} ${protocolName(protocol)}`;
  const from = endpoint(source, ports.sourcePort);
  const to = endpoint(destination, ports.destinationPort);
  return `${from} > ${to} ${protocolName(protocol)}`;
}

function decodeQuotedIpv4(bytes: Uint8Array): Result<Quotation> {
  const start = decodeIpv4Header(bytes, "trust");
  if (!start.ok) return start;
  const { header, headerBytes } = start.value;
  const { source, destination, protocol, fragmentOffset } = header;
  const quotation = { version: 4 as const, source, destination, protocol };
  const transport = bytes.subarray(headerBytes);
  return success(withPorts(quotation, headerBytes, transport, fragmentOffset === 0));
}

function decodeQuotedIpv6(bytes: Uint8Array): Result<Quotation> {
  const start = decodeIpv6Header(bytes);
  if (!start.ok) return start;
  const { source, destination, nextHeader } = start.value.header;
  const upper = findUpper(nextHeader, bytes.subarray(IPV6_BYTES));
  if (!upper.ok) return upper;
  const { protocol, at, fragment } = upper.value;
  const quotation = { version: 6 as const, source, destination, protocol };
  const transportAt = IPV6_BYTES + at;
  const first = fragment === undefined || fragment.offset === 0;
  return success(withPorts(quotation, transportAt, bytes.subarray(transportAt), first));
}

function withPorts(
  quotation: Omit<Quotation, "transportAt" | "ports">,
  transportAt: number,
  transport: Uint8Array,
  first: boolean,
): Quotation {
  const ports = first ? readPorts(quotation.protocol, transport) : undefined;
  return ports === undefined ? { ...quotation, transportAt } : { ...quotation, transportAt, ports };
}
