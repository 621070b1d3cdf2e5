import { failure, type Result, success } from "../base/fault.ts";
import { readU16, truncated, writeU16 } from "./bytes.ts";

/** What is needed of the domain name system to ask a server whether it answers (RFC 1035). */

/** Of RFC 1035 section 3.2.2 and RFC 3596 section 2.1. */
const TYPE_NUMBERS: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
};
const CLASS_INTERNET = 1;

const HEADER_BYTES = 12;
/** RFC 1035 section 2.3.4; a name's length counts its length bytes and its root. */
const LABEL_MAX = 63;
const NAME_MAX = 255;

const FLAG_RESPONSE = 0x8000;
const FLAG_RECURSION_DESIRED = 0x0100;
const RCODE_MASK = 0x000f;

export interface DnsQuery {
  /** 16 bits. */
  readonly id: number;
  /** "A", "NS", "CNAME", "SOA", "MX", "TXT" or "AAAA". */
  readonly type: string;
  /** Labels with dots between them; "." is the root. */
  readonly name: string;
}

export interface DnsHeader {
  readonly id: number;
  readonly isResponse: boolean;
  /** 0 no error, 2 server failure, 3 no such name, 5 refused (section 4.1.1). */
  readonly rcode: number;
}

/** Asks one question, recursion desired. Faults: UNKNOWN_DNS_TYPE, BAD_DNS_NAME. */
export function encodeDnsQuery({ id, type, name }: DnsQuery): Result<Uint8Array> {
  const typeNumber = TYPE_NUMBERS[type];
  if (typeNumber === undefined) {
    const known = Object.keys(TYPE_NUMBERS).join(", ");
    return failure("UNKNOWN_DNS_TYPE", `There is no DNS type "${type}"`, `take one of ${known}`);
  }
  const encoded = encodeName(name);
  if (!encoded.ok) return encoded;
  const end = HEADER_BYTES + encoded.value.length;
  const bytes = new Uint8Array(end + 4);
  writeU16(bytes, 0, id);
  writeU16(bytes, 2, FLAG_RECURSION_DESIRED);
  writeU16(bytes, 4, 1);
  bytes.set(encoded.value, HEADER_BYTES);
  writeU16(bytes, end, typeNumber);
  writeU16(bytes, end + 2, CLASS_INTERNET);
  return success(bytes);
}

/** The header alone: what a check judges. Fault: TRUNCATED. */
export function decodeDnsHeader(bytes: Uint8Array): Result<DnsHeader> {
  if (bytes.length < HEADER_BYTES) return truncated("A DNS message", HEADER_BYTES, bytes.length);
  const flags = readU16(bytes, 2);
  return success({
    id: readU16(bytes, 0),
    isResponse: (flags & FLAG_RESPONSE) !== 0,
    rcode: flags & RCODE_MASK,
  });
}

/** Section 3.1: each label after its length, then the empty label of the root. */
function encodeName(name: string): Result<Uint8Array> {
  const plain = name.endsWith(".") ? name.slice(0, -1) : name;
  const labels = plain === "" ? [] : plain.split(".");
  const bytes: number[] = [];
  for (const label of labels) {
    const encoded = new TextEncoder().encode(label);
    if (encoded.length === 0 || encoded.length > LABEL_MAX) {
      return failure(
        "BAD_DNS_NAME",
        `"${name}" has a label of ${encoded.length} bytes, not 1 to 63`,
      );
    }
    bytes.push(encoded.length, ...encoded);
  }
  bytes.push(0);
  if (bytes.length > NAME_MAX) {
    return failure("BAD_DNS_NAME", `"${name}" is longer than the 255 bytes of a DNS name`);
  }
  return success(Uint8Array.from(bytes));
}
