import { checksumHolds, pseudoHeaderSum } from "../wire/checksum.ts";
import { TUPLE_FLOW } from "./constants.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import { IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from "./protocol.ts";
import { addressAt } from "./rewrite.ts";
import { mappedWords, readWords, type Tuple } from "./tuple.ts";

/**
 * What an ICMP error says of the packet that it is about (xdp/quoted.h): RFC 792 quotes its header
 * and eight bytes, RFC 4443 section 3 as much as fits.
 */
export interface Quoted {
  /** Its source as the client, its destination as the virtual side. */
  readonly tuple: Tuple;
  /** Where its IP header and its ports lie, in bytes of the frame. */
  readonly ip: number;
  readonly transport: number;
}

const ICMP_HEADER = 8;
const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const PORTS = 4;

/** RFC 792: destination unreachable, source quench, time exceeded, as ip_vs_in_icmp() has them. */
const ERRORS_4 = new Set([3, 4, 11]);
/** RFC 4443 section 2.1: unreachable, packet too big, time exceeded, parameter problem. */
const ERRORS_6 = new Set([1, 2, 3, 4]);

/** Whether the message tells of a packet that did not arrive. */
export function isIcmpError(packet: Packet, frame: Uint8Array): boolean {
  const errors = packet.tuple.family === 4 ? ERRORS_4 : ERRORS_6;
  return errors.has(frame[packet.transport]!);
}

/** The first byte of what an ICMP error quotes, in bytes of the frame. */
export function quoteStart(packet: Packet): number {
  return packet.transport + ICMP_HEADER;
}

/** The packet that is quoted at `ip`, or undefined where no ports of TCP or UDP are to be seen. */
export function readQuoted(packet: Packet, frame: Uint8Array, ip: number): Quoted | undefined {
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const end = ETHERNET_HEADER + packet.length;
  return packet.tuple.family === 4 ? readQuoted4(data, ip, end) : readQuoted6(data, ip, end);
}

/** Where the IPv4 header at `ip` ends; undefined when it does not, or is of a later fragment. */
export function quotedHeaderEnd(data: DataView, ip: number, end: number): number | undefined {
  if (ip + IPV4_HEADER > end || data.getUint8(ip) >> 4 !== 4) return undefined;
  const header = (data.getUint8(ip) & 0x0f) * 4;
  if (header < IPV4_HEADER || (data.getUint16(ip + 6) & 0x1fff) !== 0) return undefined;
  return ip + header;
}

function readQuoted4(data: DataView, ip: number, end: number): Quoted | undefined {
  const transport = quotedHeaderEnd(data, ip, end);
  if (transport === undefined || transport + PORTS > end) return undefined;
  const protocol = data.getUint8(ip + 9);
  if (!hasPorts(protocol)) return undefined;
  const tuple: Tuple = {
    family: 4,
    client: mappedWords(data.getUint32(ip + 12, true)),
    virtual: mappedWords(data.getUint32(ip + 16, true)),
    ports: data.getUint32(transport, true),
    protocol,
    kind: TUPLE_FLOW,
  };
  return { tuple, ip, transport };
}

/** Behind extension headers nobody looks: hosts quote TCP, which they do not put there. */
function readQuoted6(data: DataView, ip: number, end: number): Quoted | undefined {
  const transport = ip + IPV6_HEADER;
  if (transport + PORTS > end || data.getUint8(ip) >> 4 !== 6) return undefined;
  const protocol = data.getUint8(ip + 6);
  if (!hasPorts(protocol)) return undefined;
  const tuple: Tuple = {
    family: 6,
    client: readWords(data, ip + 8),
    virtual: readWords(data, ip + 24),
    ports: data.getUint32(transport, true),
    protocol,
    kind: TUPLE_FLOW,
  };
  return { tuple, ip, transport };
}

function hasPorts(protocol: number): boolean {
  return protocol === IPPROTO_TCP || protocol === IPPROTO_UDP;
}

/** Whether the message is as it was sent. RFC 4443 section 2.3: with the pseudo header in IPv6. */
export function icmpChecksumHolds(packet: Packet, frame: Uint8Array): boolean {
  const message = frame.subarray(packet.transport, ETHERNET_HEADER + packet.length);
  if (packet.tuple.family === 4) return checksumHolds(message);
  const source = addressAt(packet, frame, ETHERNET_HEADER, "source");
  const destination = addressAt(packet, frame, ETHERNET_HEADER, "destination");
  const pseudo = pseudoHeaderSum(source, destination, IPPROTO_ICMPV6, message.length);
  return checksumHolds(message, pseudo);
}
