import type { Conversation } from "../../health/settings.ts";
import type { Statement } from "../tree.ts";
import { type Block, has, integerOf, lastOf, secondsOf, textOf } from "./block.ts";
import type { Findings } from "./findings.ts";
import { readHexadecimal } from "./hexadecimal.ts";
import { commandOf } from "./program.ts";
import { findShellWords } from "./shell-words.ts";
import type { Trackables } from "./track.ts";
import { readInteger } from "./values.ts";

type Of<Kind extends Conversation["kind"]> = Extract<Conversation, { kind: Kind }>;

/** What keepalived calls itself where helo_name is not given. */
const HELO = "smtpchecker.keepalived.org";
const DNS_TYPES = ["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA"];
const REPLY_MAX = 255;
const WEIGHT_MAX = 0x7fff_ffff;

export function readSmtp(block: Block): Of<"smtp"> {
  return { kind: "smtp", helo: textOf(block, "helo_name") ?? HELO };
}

export function readDns(block: Block): Of<"dns"> {
  const type = lastOf(block, "type", ({ arguments: [word] }) =>
    DNS_TYPES.find((name) => name === word?.text.toUpperCase()),
  );
  return { kind: "dns", type: type ?? "SOA", name: textOf(block, "name") ?? "." };
}

export function readUdp(block: Block): Of<"udp"> {
  const payload = lastOf(block, "payload", ({ arguments: words }) => {
    const hexadecimal = readHexadecimal(words.map(({ text }) => text));
    return hexadecimal?.mask.every((bits) => bits === 0xff) ? hexadecimal.bytes : undefined;
  });
  const reply = lastOf(block, "require_reply", ({ arguments: words }) =>
    words.length === 0 ? undefined : readHexadecimal(words.map(({ text }) => text)),
  );
  return {
    kind: "udp",
    ...(payload === undefined ? {} : { payload }),
    requireReply: has(block, "require_reply"),
    ...(reply === undefined ? {} : { reply }),
    minReply: integerOf(block, "min_reply_length", 0, 65535) ?? 0,
    maxReply: integerOf(block, "max_reply_length", 0, 65535) ?? REPLY_MAX,
  };
}

/** MISC_CHECK has until its next run, unless misc_timeout says otherwise. */
export function readMisc(
  { keyword, block = [] }: Statement,
  delayLoop: number,
  findings: Findings,
): Of<"misc"> | undefined {
  const script = commandOf(block, "misc_path");
  if (script === undefined) {
    findings.warn(
      "CHECK_WITHOUT_PROGRAM",
      keyword,
      "MISC_CHECK names no program.",
      "Add a line `misc_path PROGRAM`; until then there is no such check.",
    );
    return undefined;
  }
  findShellWords(block, "misc_path", script, findings);
  return {
    kind: "misc",
    script,
    timeout: secondsOf(block, "misc_timeout", 0.000001) ?? delayLoop,
    dynamic: has(block, "misc_dynamic"),
  };
}

export function readFile(
  { keyword, block = [] }: Statement,
  { files, incomplete }: Trackables,
  findings: Findings,
): Of<"file"> | undefined {
  const name = lastOf(block, "track_file", ({ arguments: [word] }) => word);
  const file = files.find((candidate) => candidate.name === name?.text);
  if (name !== undefined && incomplete.has(name.text)) return undefined;
  if (file === undefined) {
    findings.warn(
      "NO_SUCH_FILE",
      name ?? keyword,
      name === undefined
        ? "FILE_CHECK names no track_file."
        : `FILE_CHECK names track_file ${name.text}, but there is none.`,
      "Define one and add a line `track_file NAME`; until then there is no such check.",
    );
    return undefined;
  }
  const weight = lastOf(block, "weight", ({ arguments: [number, reverse] }) => {
    const value = readInteger(number?.text ?? "", -WEIGHT_MAX, WEIGHT_MAX);
    return value === undefined ? undefined : signed(value, reverse?.text === "reverse");
  });
  return { kind: "file", file: file.name, weight: weight ?? signed(file.weight, file.reverse) };
}

/** The file's number is multiplied by the weight: the other sense is the other sign. */
function signed(weight: number, reverse: boolean): number {
  return reverse && weight !== 0 ? -weight : weight;
}
