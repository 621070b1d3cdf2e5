import { failure, type Result, success } from "../base/fault.ts";
import { readU16, readU32, truncated, writeU16, writeU32 } from "./bytes.ts";
import { crc32c } from "./crc32c.ts";
import type { ChecksumPolicy } from "./protocol.ts";

/** An SCTP packet (RFC 9260 section 3). */
export interface Sctp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly verificationTag: number;
  /** The chunks as they are, each padded to a multiple of 4 bytes. */
  readonly chunks: Uint8Array;
}

export const SCTP_BYTES = 12;
/** Offsets of the fields. */
const SCTP_AT = {
  sourcePort: 0,
  destinationPort: 2,
  verificationTag: 4,
  checksum: 8,
  chunkType: 12,
} as const;

/** Chunk types that move a connection from state to state (RFC 9260 section 3.2). */
const SCTP_CHUNK = {
  data: 0,
  init: 1,
  initAck: 2,
  sack: 3,
  heartbeat: 4,
  heartbeatAck: 5,
  abort: 6,
  shutdown: 7,
  shutdownAck: 8,
  error: 9,
  cookieEcho: 10,
  cookieAck: 11,
  shutdownComplete: 14,
} as const;

const CHUNK_NAMES: ReadonlyMap<number, string> = new Map([
  [SCTP_CHUNK.data, "DATA"],
  [SCTP_CHUNK.init, "INIT"],
  [SCTP_CHUNK.initAck, "INIT ACK"],
  [SCTP_CHUNK.sack, "SACK"],
  [SCTP_CHUNK.heartbeat, "HB REQ"],
  [SCTP_CHUNK.heartbeatAck, "HB ACK"],
  [SCTP_CHUNK.abort, "ABORT"],
  [SCTP_CHUNK.shutdown, "SHUTDOWN"],
  [SCTP_CHUNK.shutdownAck, "SHUTDOWN ACK"],
  [SCTP_CHUNK.error, "OP ERR"],
  [SCTP_CHUNK.cookieEcho, "COOKIE ECHO"],
  [SCTP_CHUNK.cookieAck, "COOKIE ACK"],
  [SCTP_CHUNK.shutdownComplete, "SHUTDOWN COMPLETE"],
]);

const CHUNK_HEADER_BYTES = 4;

/** Faults: TRUNCATED, BAD_CHECKSUM. */
export function decodeSctp(bytes: Uint8Array, policy: ChecksumPolicy = "verify"): Result<Sctp> {
  if (bytes.length < SCTP_BYTES) return truncated("SCTP", SCTP_BYTES, bytes.length);
  if (policy === "verify" && sctpChecksum(bytes) !== readU32(bytes, SCTP_AT.checksum)) {
    return failure("BAD_CHECKSUM", "SCTP checksum does not match");
  }
  return success({
    sourcePort: readU16(bytes, SCTP_AT.sourcePort),
    destinationPort: readU16(bytes, SCTP_AT.destinationPort),
    verificationTag: readU32(bytes, SCTP_AT.verificationTag),
    chunks: bytes.subarray(SCTP_BYTES),
  });
}

export function encodeSctp(packet: Sctp): Uint8Array {
  const bytes = new Uint8Array(SCTP_BYTES + packet.chunks.length);
  writeU16(bytes, SCTP_AT.sourcePort, packet.sourcePort);
  writeU16(bytes, SCTP_AT.destinationPort, packet.destinationPort);
  writeU32(bytes, SCTP_AT.verificationTag, packet.verificationTag);
  bytes.set(packet.chunks, SCTP_BYTES);
  writeU32(bytes, SCTP_AT.checksum, sctpChecksum(bytes));
  return bytes;
}

/** What belongs in the checksum field of a whole packet, whatever is there now. */
function sctpChecksum(bytes: Uint8Array): number {
  const before = bytes.subarray(0, SCTP_AT.checksum);
  const crc = crc32c(before, new Uint8Array(4), bytes.subarray(SCTP_BYTES));
  // RFC 9260 appendix A: the CRC goes out with its lowest byte first.
  const wire = new Uint8Array(4);
  new DataView(wire.buffer).setUint32(0, crc, true);
  return readU32(wire, 0);
}

/** The types of the chunks in order, as far as their lengths can be followed. */
export function sctpChunkTypes(chunks: Uint8Array): number[] {
  const types: number[] = [];
  for (let at = 0; at + CHUNK_HEADER_BYTES <= chunks.length; ) {
    const length = readU16(chunks, at + 2);
    types.push(chunks[at]!);
    if (length < CHUNK_HEADER_BYTES) break;
    at += length + (-length & 3);
  }
  return types;
}

/** "sctp INIT", "sctp COOKIE ACK, DATA": what follows the two endpoints. */
export function describeSctp(packet: Sctp): string {
  const names = sctpChunkTypes(packet.chunks).map(
    (type) => CHUNK_NAMES.get(type) ?? `chunk ${type}`,
  );
  return names.length === 0 ? "sctp" : `sctp ${names.join(", ")}`;
}
