import { failure, type Result, success } from "../base/fault.ts";
import { readU16, readU32, truncated, writeU16, writeU32 } from "./bytes.ts";
import { checksum, checksumHolds } from "./checksum.ts";

/**
 * An ICMP message (RFC 792). ICMPv6 has the same shape with other numbers and a pseudo header under
 * its checksum (icmpv6.ts).
 */
export interface Icmp {
  readonly type: number;
  readonly code: number;
  /** The four bytes after the checksum, whose meaning the type decides. */
  readonly rest: number;
  /** Echo data, or the datagram that an error quotes. */
  readonly body: Uint8Array;
}

export const ICMP_BYTES = 8;
/** Offsets of the fields. */
const ICMP_AT = { type: 0, code: 1, checksum: 2, rest: 4 } as const;

export const ICMP_TYPE = {
  echoReply: 0,
  unreachable: 3,
  /** Obsolete (RFC 6633), but still an error that quotes. */
  sourceQuench: 4,
  redirect: 5,
  echoRequest: 8,
  timeExceeded: 11,
  parameterProblem: 12,
} as const;

const ERRORS: ReadonlySet<number> = new Set([
  ICMP_TYPE.unreachable,
  ICMP_TYPE.sourceQuench,
  ICMP_TYPE.redirect,
  ICMP_TYPE.timeExceeded,
  ICMP_TYPE.parameterProblem,
]);

/** Codes of "destination unreachable" (RFC 792, RFC 1122 section 3.2.2.1). */
export const UNREACHABLE = {
  network: 0,
  host: 1,
  protocol: 2,
  port: 3,
  fragmentationNeeded: 4,
  prohibited: 13,
} as const;

const UNREACHABLE_NAMES: ReadonlyMap<number, string> = new Map([
  [UNREACHABLE.network, "net unreachable"],
  [UNREACHABLE.host, "host unreachable"],
  [UNREACHABLE.protocol, "protocol unreachable"],
  [UNREACHABLE.port, "port unreachable"],
  [UNREACHABLE.fragmentationNeeded, "unreachable - need to frag"],
  [UNREACHABLE.prohibited, "unreachable - admin prohibited"],
]);

/**
 * `pseudoHeader` is 0 for ICMP and the sum of checksum.ts pseudoHeaderSum for ICMPv6; without it
 * the checksum is not verified.
 *
 * Faults: TRUNCATED, BAD_CHECKSUM.
 */
export function decodeIcmp(bytes: Uint8Array, pseudoHeader?: number): Result<Icmp> {
  if (bytes.length < ICMP_BYTES) return truncated("ICMP", ICMP_BYTES, bytes.length);
  if (pseudoHeader !== undefined && !checksumHolds(bytes, pseudoHeader)) {
    return failure("BAD_CHECKSUM", "ICMP checksum does not match");
  }
  return success({
    type: bytes[ICMP_AT.type]!,
    code: bytes[ICMP_AT.code]!,
    rest: readU32(bytes, ICMP_AT.rest),
    body: bytes.subarray(ICMP_BYTES),
  });
}

export function encodeIcmp(message: Icmp, pseudoHeader = 0): Uint8Array {
  const bytes = new Uint8Array(ICMP_BYTES + message.body.length);
  bytes[ICMP_AT.type] = message.type;
  bytes[ICMP_AT.code] = message.code;
  writeU32(bytes, ICMP_AT.rest, message.rest);
  bytes.set(message.body, ICMP_BYTES);
  writeU16(bytes, ICMP_AT.checksum, checksum(bytes, pseudoHeader));
  return bytes;
}

export function echoRequest(id: number, sequence: number, body: Uint8Array): Icmp {
  return { type: ICMP_TYPE.echoRequest, code: 0, rest: echoRest(id, sequence), body };
}

export function echoReply(id: number, sequence: number, body: Uint8Array): Icmp {
  return { type: ICMP_TYPE.echoReply, code: 0, rest: echoRest(id, sequence), body };
}

/** `code` is one of UNREACHABLE; `quoted` the start of the datagram that could not go on. */
export function unreachable(code: number, quoted: Uint8Array): Icmp {
  return { type: ICMP_TYPE.unreachable, code, rest: 0, body: quoted };
}

/** RFC 1191 section 4: the MTU of the next hop, in bytes, is the lower half of the rest. */
export function fragmentationNeeded(mtu: number, quoted: Uint8Array): Icmp {
  return {
    type: ICMP_TYPE.unreachable,
    code: UNREACHABLE.fragmentationNeeded,
    rest: mtu,
    body: quoted,
  };
}

/** Code 0 in transit, 1 in reassembly. */
export function timeExceeded(code: number, quoted: Uint8Array): Icmp {
  return { type: ICMP_TYPE.timeExceeded, code, rest: 0, body: quoted };
}

/** Whether the message is an error and so quotes a datagram (RFC 1122 section 3.2.2). */
export function isIcmpError(type: number): boolean {
  return ERRORS.has(type);
}

/** "echo request id 7 seq 1", "host unreachable", "unreachable - need to frag mtu 1480". */
export function describeIcmp(message: Icmp): string {
  const { type, code, rest } = message;
  if (type === ICMP_TYPE.echoRequest) return `icmp echo request ${describeEcho(rest)}`;
  if (type === ICMP_TYPE.echoReply) return `icmp echo reply ${describeEcho(rest)}`;
  if (type === ICMP_TYPE.timeExceeded) {
    return `icmp time exceeded ${code === 0 ? "in-transit" : "in reassembly"}`;
  }
  if (type === ICMP_TYPE.unreachable) {
    const name = UNREACHABLE_NAMES.get(code) ?? `unreachable code ${code}`;
    const mtu = code === UNREACHABLE.fragmentationNeeded ? ` mtu ${rest & 0xffff}` : "";
    return `icmp ${name}${mtu}`;
  }
  return `icmp type ${type} code ${code}`;
}

/** "id 7 seq 1", for both families. */
export function describeEcho(rest: number): string {
  return `id ${Math.floor(rest / 0x1_0000)} seq ${rest & 0xffff}`;
}

/** Identifier and sequence number side by side. */
export function echoRest(id: number, sequence: number): number {
  const bytes = new Uint8Array(4);
  writeU16(bytes, 0, id);
  writeU16(bytes, 2, sequence);
  return readU16(bytes, 0) * 0x1_0000 + readU16(bytes, 2);
}
