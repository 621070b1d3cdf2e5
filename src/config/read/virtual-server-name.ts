import { canonicalAddress } from "../../wire/address.ts";
import type { Statement, Word } from "../tree.ts";
import type { Findings } from "./findings.ts";
import { readInteger } from "./values.ts";
import { type GroupEntry, readMark } from "./virtual-server-group.ts";

/** What a virtual_server is for. */
export interface Named {
  readonly kind: "address" | "mark" | "group";
  /** "192.168.150.100 80", "fwmark 1", "group web". */
  readonly title: string;
  /** Where findings about the whole virtual server point. */
  readonly word: Word;
  readonly entries: readonly GroupEntry[];
}

/** `ADDRESS [PORT]`, `fwmark N` or `group NAME`; undefined where that is nothing to serve. */
export function readName(
  { arguments: words }: Statement,
  groups: ReadonlyMap<string, readonly GroupEntry[]>,
  findings: Findings,
): Named | undefined {
  const [word, second] = words;
  if (word === undefined) return undefined;
  const title = words.map(({ text }) => text).join(" ");
  if (word.text === "fwmark") {
    const mark = readMark(second?.text);
    if (mark === undefined) return undefined;
    return { kind: "mark", title, word, entries: [{ kind: "mark", mark, family: undefined }] };
  }
  if (word.text === "group" && second !== undefined) {
    const entries = groups.get(second.text);
    if (entries !== undefined) return { kind: "group", title, word, entries };
    findings.warn(
      "NO_SUCH_GROUP",
      second,
      `virtual_server ${title} is for a virtual_server_group that is not there.`,
      `Define virtual_server_group ${second.text}; until then the virtual server does not exist.`,
    );
    return undefined;
  }
  const address = canonicalAddress(word.text);
  const port = second === undefined ? 0 : readInteger(second.text, 0, 65535);
  if (address === undefined || port === undefined) return undefined;
  return {
    kind: "address",
    title: second === undefined ? address : `${address} ${port}`,
    word,
    entries: [{ kind: "addresses", addresses: [address], port }],
  };
}
