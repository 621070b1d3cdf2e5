import { assert } from "../base/assert.ts";
import { failure, type Result, success } from "../base/fault.ts";
import { readU16, truncated, writeU16 } from "./bytes.ts";
import { checksum, checksumHolds } from "./checksum.ts";

/** A UDP datagram (RFC 768). */
export interface Udp {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** False when the sender left the checksum out (0 on the wire), as IPv4 allows. */
  readonly checksummed: boolean;
  readonly payload: Uint8Array;
}

export const UDP_BYTES = 8;
/** Offsets of the fields. */
export const UDP_AT = { sourcePort: 0, destinationPort: 2, length: 4, checksum: 6 } as const;

const LENGTH_MAX = 0xffff;

/**
 * `pseudoHeader` is the sum of checksum.ts pseudoHeaderSum; without it the checksum is not
 * verified. Bytes after the UDP length are dropped.
 *
 * Faults: TRUNCATED, BAD_LENGTH, BAD_CHECKSUM.
 */
export function decodeUdp(bytes: Uint8Array, pseudoHeader?: number): Result<Udp> {
  if (bytes.length < UDP_BYTES) return truncated("UDP", UDP_BYTES, bytes.length);
  const length = readU16(bytes, UDP_AT.length);
  if (length < UDP_BYTES) {
    return failure("BAD_LENGTH", `UDP length ${length} is below its own header`);
  }
  if (bytes.length < length) return truncated("UDP datagram", length, bytes.length);
  const checksummed = readU16(bytes, UDP_AT.checksum) !== 0;
  const datagram = bytes.subarray(0, length);
  if (checksummed && pseudoHeader !== undefined && !checksumHolds(datagram, pseudoHeader)) {
    return failure("BAD_CHECKSUM", "UDP checksum does not match");
  }
  return success({
    sourcePort: readU16(bytes, UDP_AT.sourcePort),
    destinationPort: readU16(bytes, UDP_AT.destinationPort),
    checksummed,
    payload: datagram.subarray(UDP_BYTES),
  });
}

export function encodeUdp(datagram: Udp, pseudoHeader: number): Uint8Array {
  const length = UDP_BYTES + datagram.payload.length;
  assert(length <= LENGTH_MAX, "a UDP datagram of at most 65535 bytes", length);
  const bytes = new Uint8Array(length);
  writeU16(bytes, UDP_AT.sourcePort, datagram.sourcePort);
  writeU16(bytes, UDP_AT.destinationPort, datagram.destinationPort);
  writeU16(bytes, UDP_AT.length, length);
  bytes.set(datagram.payload, UDP_BYTES);
  if (datagram.checksummed) {
    writeU16(bytes, UDP_AT.checksum, wireUdpChecksum(checksum(bytes, pseudoHeader)));
  }
  return bytes;
}

/** RFC 768: a checksum that comes out as zero goes out as all ones, for zero means "none". */
function wireUdpChecksum(check: number): number {
  return check === 0 ? 0xffff : check;
}

/** "udp length 12", with "no cksum" where there is none: what follows the two endpoints. */
export function describeUdp(datagram: Udp): string {
  return `udp length ${datagram.payload.length}${datagram.checksummed ? "" : " no cksum"}`;
}
