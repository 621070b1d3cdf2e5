import { failure, type Result, success } from "../base/fault.ts";
import { concat, readU16, truncated, writeU16 } from "./bytes.ts";
import { checksum, checksumHolds } from "./checksum.ts";
import { type ChecksumPolicy, ETHERTYPE } from "./protocol.ts";

/**
 * Generic routing encapsulation (RFC 2784), as IPVS tunnels with it: no key, no sequence number.
 */
export interface Gre {
  /** EtherType of the payload. */
  readonly type: number;
  readonly checksummed: boolean;
  readonly payload: Uint8Array;
}

export const GRE_BYTES = 4;
export const GRE_CHECKSUM_BYTES = 8;
const CHECKSUM_PRESENT = 0x8000;

/**
 * Faults: TRUNCATED, BAD_VERSION, UNKNOWN_GRE (routing, key or sequence number, RFC 2890),
 * BAD_CHECKSUM.
 */
export function decodeGre(bytes: Uint8Array, policy: ChecksumPolicy = "verify"): Result<Gre> {
  if (bytes.length < GRE_BYTES) return truncated("GRE", GRE_BYTES, bytes.length);
  const flags = readU16(bytes, 0);
  if ((flags & 7) !== 0) return failure("BAD_VERSION", `GRE header says version ${flags & 7}`);
  if ((flags & ~CHECKSUM_PRESENT) !== 0) {
    return failure("UNKNOWN_GRE", "GRE carries more than a checksum");
  }
  const type = readU16(bytes, 2);
  if (flags === 0) {
    return success({ type, checksummed: false, payload: bytes.subarray(GRE_BYTES) });
  }
  if (bytes.length < GRE_CHECKSUM_BYTES) {
    return truncated("GRE checksum", GRE_CHECKSUM_BYTES, bytes.length);
  }
  if (policy === "verify" && !checksumHolds(bytes)) {
    return failure("BAD_CHECKSUM", "GRE checksum does not match");
  }
  return success({ type, checksummed: true, payload: bytes.subarray(GRE_CHECKSUM_BYTES) });
}

export function encodeGre(gre: Gre): Uint8Array {
  const header = new Uint8Array(gre.checksummed ? GRE_CHECKSUM_BYTES : GRE_BYTES);
  writeU16(header, 0, gre.checksummed ? CHECKSUM_PRESENT : 0);
  writeU16(header, 2, gre.type);
  const bytes = concat(header, gre.payload);
  if (gre.checksummed) writeU16(bytes, GRE_BYTES, checksum(bytes));
  return bytes;
}

/** "gre ipv4 length 60". */
export function describeGre(gre: Gre): string {
  const name = gre.type === ETHERTYPE.ipv4 ? "ipv4" : gre.type === ETHERTYPE.ipv6 ? "ipv6" : "";
  const type = name === "" ? `0x${gre.type.toString(16).padStart(4, "0")}` : name;
  return `gre ${type} length ${gre.payload.length}${gre.checksummed ? " cksum" : ""}`;
}
