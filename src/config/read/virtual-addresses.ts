import type { VirtualAddress } from "../../cluster/settings.ts";
import { addressBytes, canonicalAddress, type Family, formatAddress } from "../../wire/address.ts";
import { maskAddress } from "../../wire/network.ts";
import type { Statement, Word } from "../tree.ts";
import type { Block } from "./block.ts";
import type { Findings } from "./findings.ts";
import { readScope } from "./scope.ts";
import { type AddressWithPrefix, readAddressWithPrefix } from "./values.ts";

/** Bytes of a label, of which the kernel keeps 16 with their end (IFNAMSIZ). */
const LABEL_MAX = 15;

/** Options of keepalived's that are not carried out, and how many words follow each. */
const WITHOUT_EFFECT: ReadonlyMap<string, number> = new Map([
  ["peer", 1],
  ["preferred_lft", 1],
  ["track_group", 1],
  ["home", 0],
  ["-nodad", 0],
  ["mngtmpaddr", 0],
  ["noprefixroute", 0],
  ["autojoin", 0],
  ["use_vmac", 0],
]);
const VALUED = new Set(["brd", "dev", "scope", "label"]);

/** The lines of virtual_ipaddress, virtual_ipaddress_excluded or static_ipaddress. */
export function readAddresses(lines: Block, findings: Findings): readonly VirtualAddress[] {
  return lines.flatMap((line) => readAddress(line, findings) ?? []);
}

/** The first family that a line names. */
export function familyOfLines(lines: Block): Family | undefined {
  return lines.map(addressOfLine).find((address) => address !== undefined)?.family;
}

/** The lines of one family. An instance speaks for one alone (RFC 9568 section 5.2.9). */
export function linesOfFamily(
  lines: Block,
  family: Family,
  title: string,
  cure: string,
  findings: Findings,
): Block {
  return lines.filter((line) => {
    const address = addressOfLine(line);
    if (address === undefined || address.family === family) return true;
    findings.warn(
      "ADDRESS_FAMILY",
      line.keyword,
      `${address.address} is IPv${address.family}, and ${title} is of IPv${family}.`,
      `${cure}; until then it is left out.`,
    );
    return false;
  });
}

function readAddress(line: Statement, findings: Findings): VirtualAddress | undefined {
  const address = addressOfLine(line);
  if (address === undefined) return undefined;
  const words = line.arguments;
  const label = wordAfter(words, "label");
  if (label !== undefined && new TextEncoder().encode(label.text).length > LABEL_MAX) {
    findings.warn(
      "LABEL_TOO_LONG",
      label,
      `The label ${label.text} is longer than ${LABEL_MAX} bytes, which is all the kernel keeps.`,
      `Shorten it; until then ${address.address} is left out.`,
    );
    return undefined;
  }
  warnOfOptions(words, address.address, findings);
  const device = wordAfter(words, "dev")?.text;
  const scope = readScope(wordAfter(words, "scope")?.text ?? "");
  const broadcast = broadcastOf(address, wordAfter(words, "brd")?.text);
  return {
    address: address.address,
    prefix: address.prefix,
    ...(device === undefined ? {} : { device }),
    ...(label === undefined ? {} : { label: label.text }),
    ...(scope === undefined ? {} : { scope }),
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(words.some(({ text }) => text === "no_track") ? { untracked: true } : {}),
  };
}

function warnOfOptions(words: readonly Word[], address: string, findings: Findings): void {
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const following = WITHOUT_EFFECT.get(word.text);
    if (following !== undefined) {
      findings.warn(
        "ADDRESS_OPTION",
        word,
        `Weir does not carry out ${word.text} of ${address} yet.`,
        "See whether you rely on it; the address is taken without it.",
      );
    }
    at += following ?? (VALUED.has(word.text) ? 1 : 0);
  }
}

/** The address stands first, as ip-address(8) has it, and `dev` and others follow in any order. */
function addressOfLine({ keyword }: Statement): AddressWithPrefix | undefined {
  return readAddressWithPrefix(keyword.text);
}

function wordAfter(words: readonly Word[], name: string): Word | undefined {
  const at = words.findIndex(({ text }) => text === name);
  return at < 0 ? undefined : words[at + 1];
}

/** "+" sets the host bits of the address and "-" clears them (keepalived.conf(5)). */
function broadcastOf(
  { address, prefix, family }: AddressWithPrefix,
  text: string | undefined,
): string | undefined {
  if (text === undefined || family === 6) return undefined;
  const network = maskAddress(address, prefix);
  if (text === "-") return network;
  if (text !== "+") return canonicalAddress(text);
  const mask = addressBytes(maskAddress("255.255.255.255", prefix));
  return formatAddress(addressBytes(network).map((byte, at) => byte | (~mask[at]! & 0xff)));
}
