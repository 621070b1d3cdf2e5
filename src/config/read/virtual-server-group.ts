import type { Protocol, ServiceId } from "../../state/rule.ts";
import {
  addressBytes,
  canonicalAddress,
  type Family,
  familyOf,
  formatAddress,
} from "../../wire/address.ts";
import { parseNetwork } from "../../wire/network.ts";
import type { Statement, Word } from "../tree.ts";
import type { Findings } from "./findings.ts";
import { readInteger } from "./values.ts";

/** A line of a virtual_server_group: addresses with their port, or a mark. */
export type GroupEntry =
  | { readonly kind: "addresses"; readonly addresses: readonly string[]; readonly port: number }
  | { readonly kind: "mark"; readonly mark: number; readonly family: Family | undefined };

/** Every address is a service, and a table of services has an end. */
const RANGE_MAX = 65_536n;
const MARK_MAX = 0xffff_ffff;
/** The kernel finds a service by a mark that is not 0 (ip_vs_ctl.c). */
const MARK_MIN = 1;

export function readGroupEntries(lines: readonly Statement[], findings: Findings): GroupEntry[] {
  return lines.flatMap(({ keyword, arguments: [first, second] }): readonly GroupEntry[] => {
    if (keyword.text === "fwmark") {
      const mark = readMark(first?.text);
      const family = readFamily(second?.text);
      return mark === undefined ? [] : [{ kind: "mark", mark, family }];
    }
    const addresses = readRange(keyword, findings);
    const port = first === undefined ? 0 : readInteger(first.text, 0, 65535);
    return addresses === undefined || port === undefined
      ? []
      : [{ kind: "addresses", addresses, port }];
  });
}

export function readMark(text: string | undefined): number | undefined {
  return readInteger(text ?? "", MARK_MIN, MARK_MAX);
}

/** "inet" and "inet6", as ip(8) has them. */
export function readFamily(text: string | undefined): Family | undefined {
  if (text === "inet") return 4;
  return text === "inet6" ? 6 : undefined;
}

export function familyOfEntries(entries: readonly GroupEntry[]): Family | undefined {
  for (const entry of entries) {
    if (entry.kind === "addresses") return familyOf(entry.addresses[0] ?? "");
  }
  return undefined;
}

/** The services of a group. A mark belongs to no protocol. */
export function servicesOf(
  entries: readonly GroupEntry[],
  protocol: Protocol,
  family: Family,
): readonly ServiceId[] {
  return entries.flatMap((entry): readonly ServiceId[] => {
    if (entry.kind === "mark") {
      return [{ kind: "mark", mark: entry.mark, family: entry.family ?? family }];
    }
    const { port } = entry;
    return entry.addresses.map((address) => ({ kind: "address", protocol, address, port }));
  });
}

/**
 * An address, "192.168.150.1-10" up to that last number, "192.168.150.250-192.168.151.9", or a
 * network with all its addresses; the last number of an IPv6 range is hexadecimal. Undefined for
 * none.
 */
function readRange(word: Word, findings: Findings): readonly string[] | undefined {
  const bounds = boundsOf(word.text);
  if (bounds === undefined) return undefined;
  const [first, last, bytes] = bounds;
  if (last < first) return undefined;
  if (last - first >= RANGE_MAX) {
    findings.warn(
      "RANGE_TOO_LARGE",
      word,
      `${word.text} is ${last - first + 1n} virtual addresses, more than ${RANGE_MAX}.`,
      "Give the packets a firewall mark and name it with `fwmark`; the line is left out.",
    );
    return undefined;
  }
  const count = Number(last - first) + 1;
  return Array.from({ length: count }, (_, at) => formatNumber(first + BigInt(at), bytes));
}

/** The first and the last address as numbers, and the bytes of an address. */
function boundsOf(text: string): [bigint, bigint, number] | undefined {
  const [from, to, ...rest] = text.split("-");
  if (rest.length > 0) return undefined;
  if (to === undefined) return networkBounds(text);
  const address = canonicalAddress(from!);
  if (address === undefined) return undefined;
  const bytes = addressBytes(address);
  const end = canonicalAddress(to);
  if (end !== undefined) {
    if (familyOf(end) !== familyOf(address)) return undefined;
    return [numberOf(bytes), numberOf(addressBytes(end)), bytes.length];
  }
  const v4 = bytes.length === 4;
  if (!(v4 ? /^\d{1,3}$/ : /^[0-9a-f]{1,4}$/i).test(to)) return undefined;
  const last = Number.parseInt(to, v4 ? 10 : 16);
  const [bits, limit] = v4 ? [8n, 255] : [16n, 0xffff];
  if (last > limit) return undefined;
  const start = numberOf(bytes);
  return [start, ((start >> bits) << bits) | BigInt(last), bytes.length];
}

function networkBounds(text: string): [bigint, bigint, number] | undefined {
  const network = parseNetwork(text);
  if (network === undefined) return undefined;
  const bytes = addressBytes(network.address);
  const free = BigInt(bytes.length * 8 - network.prefix);
  const first = (numberOf(bytes) >> free) << free;
  return [first, first + (1n << free) - 1n, bytes.length];
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function formatNumber(number: bigint, bytes: number): string {
  const at = (index: number): bigint => BigInt((bytes - 1 - index) * 8);
  return formatAddress(
    Uint8Array.from({ length: bytes }, (_, index) => Number((number >> at(index)) & 0xffn)),
  );
}
