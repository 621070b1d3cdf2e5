import { assert } from "../base/assert.ts";
import { failure, type Result, success } from "../base/fault.ts";
import { readU16, readU32, truncated, writeU16, writeU32 } from "./bytes.ts";
import { checksum, checksumHolds } from "./checksum.ts";

/** The control bits of RFC 9293 section 3.1 in the order of their bits, lowest first. */
export const TCP_FLAGS = ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"] as const;
export type TcpFlag = (typeof TCP_FLAGS)[number];

/** A TCP segment (RFC 9293 section 3.1). Its reserved bits are read as zero. */
export interface Tcp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: ReadonlySet<TcpFlag>;
  readonly window: number;
  readonly urgent: number;
  /** Kept as they are; a multiple of 4 bytes, at most 40. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
}

export const TCP_BYTES = 20;
/** Offsets of the fields. */
export const TCP_AT = {
  sourcePort: 0,
  destinationPort: 2,
  sequence: 4,
  acknowledgment: 8,
  dataOffset: 12,
  flags: 13,
  window: 14,
  checksum: 16,
  urgent: 18,
} as const;

const OPTIONS_MAX = 40;
/** tcpdump's letters, in the order in which it prints them. */
const LETTERS: readonly (readonly [TcpFlag, string])[] = [
  ["fin", "F"],
  ["syn", "S"],
  ["rst", "R"],
  ["psh", "P"],
  ["ack", "."],
  ["urg", "U"],
  ["ece", "E"],
  ["cwr", "W"],
];

/**
 * `pseudoHeader` is the sum of checksum.ts pseudoHeaderSum; without it the checksum is not
 * verified.
 *
 * Faults: TRUNCATED, BAD_HEADER_LENGTH, BAD_CHECKSUM.
 */
export function decodeTcp(bytes: Uint8Array, pseudoHeader?: number): Result<Tcp> {
  if (bytes.length < TCP_BYTES) return truncated("TCP", TCP_BYTES, bytes.length);
  const headerBytes = (bytes[TCP_AT.dataOffset]! >> 4) * 4;
  if (headerBytes < TCP_BYTES) {
    return failure("BAD_HEADER_LENGTH", `TCP header length ${headerBytes} is below ${TCP_BYTES}`);
  }
  if (bytes.length < headerBytes) return truncated("TCP options", headerBytes, bytes.length);
  if (pseudoHeader !== undefined && !checksumHolds(bytes, pseudoHeader)) {
    return failure("BAD_CHECKSUM", "TCP checksum does not match");
  }
  return success({
    sourcePort: readU16(bytes, TCP_AT.sourcePort),
    destinationPort: readU16(bytes, TCP_AT.destinationPort),
    sequence: readU32(bytes, TCP_AT.sequence),
    acknowledgment: readU32(bytes, TCP_AT.acknowledgment),
    flags: decodeTcpFlags(bytes[TCP_AT.flags]!),
    window: readU16(bytes, TCP_AT.window),
    urgent: readU16(bytes, TCP_AT.urgent),
    options: bytes.slice(TCP_BYTES, headerBytes),
    payload: bytes.subarray(headerBytes),
  });
}

export function decodeTcpFlags(byte: number): Set<TcpFlag> {
  return new Set(TCP_FLAGS.filter((_, bit) => (byte & (1 << bit)) !== 0));
}

export function encodeTcp(segment: Tcp, pseudoHeader: number): Uint8Array {
  const { options, payload } = segment;
  assert(options.length % 4 === 0 && options.length <= OPTIONS_MAX, "TCP options", options.length);
  const headerBytes = TCP_BYTES + options.length;
  const bytes = new Uint8Array(headerBytes + payload.length);
  writeU16(bytes, TCP_AT.sourcePort, segment.sourcePort);
  writeU16(bytes, TCP_AT.destinationPort, segment.destinationPort);
  writeU32(bytes, TCP_AT.sequence, segment.sequence);
  writeU32(bytes, TCP_AT.acknowledgment, segment.acknowledgment);
  bytes[TCP_AT.dataOffset] = (headerBytes / 4) << 4;
  bytes[TCP_AT.flags] = encodeTcpFlags(segment.flags);
  writeU16(bytes, TCP_AT.window, segment.window);
  writeU16(bytes, TCP_AT.urgent, segment.urgent);
  bytes.set(options, TCP_BYTES);
  bytes.set(payload, headerBytes);
  writeU16(bytes, TCP_AT.checksum, checksum(bytes, pseudoHeader));
  return bytes;
}

export function encodeTcpFlags(flags: ReadonlySet<TcpFlag>): number {
  return TCP_FLAGS.reduce((byte, flag, bit) => byte | (flags.has(flag) ? 1 << bit : 0), 0);
}

/** "S seq 1000 win 64240", ". ack 1001 win 502 length 90": what follows the two endpoints. */
export function describeTcp(segment: Tcp): string {
  const words = [describeTcpFlags(segment.flags), `seq ${segment.sequence}`];
  if (segment.flags.has("ack")) words.push(`ack ${segment.acknowledgment}`);
  words.push(`win ${segment.window}`);
  if (segment.flags.has("urg")) words.push(`urg ${segment.urgent}`);
  if (segment.payload.length > 0) words.push(`length ${segment.payload.length}`);
  return words.join(" ");
}

/** "S." for a SYN with ACK, "none" without any. */
function describeTcpFlags(flags: ReadonlySet<TcpFlag>): string {
  const letters = LETTERS.filter(([flag]) => flags.has(flag)).map(([, letter]) => letter);
  return letters.length === 0 ? "none" : letters.join("");
}
