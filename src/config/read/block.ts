import { canonicalAddress } from "../../wire/address.ts";
import type { Statement, Word } from "../tree.ts";
import { readInteger, readSeconds, readSwitch } from "./values.ts";

/**
 * What a block says of one word. A word that stands twice counts the last time; one whose value is
 * bad counts as if it were not there, and that is reported by who checks values.
 */
export type Block = readonly Statement[];

/** The most seconds that keepalived's timers take. */
const FOREVER = 4294;

type Names = string | readonly string[];

/** The statements of a word, or of words that mean the same, in their order. */
export function statementsOf(block: Block, names: Names): readonly Statement[] {
  const wanted = typeof names === "string" ? [names] : names;
  return block.filter(({ keyword }) => wanted.includes(keyword.text));
}

/** The lines inside all blocks of a word. */
export function linesOf(block: Block, names: Names): Block {
  return statementsOf(block, names).flatMap((statement) => statement.block ?? []);
}

/** The words inside all blocks of a word, where a line is nothing but words: members, addresses. */
export function wordsIn(block: Block, names: Names): readonly Word[] {
  return linesOf(block, names).flatMap(({ keyword, arguments: rest }) => [keyword, ...rest]);
}

export function has(block: Block, names: Names): boolean {
  return statementsOf(block, names).length > 0;
}

/** The last value that `read` can make something of. */
export function lastOf<T>(
  block: Block,
  names: Names,
  read: (statement: Statement) => T | undefined,
): T | undefined {
  let last: T | undefined;
  for (const statement of statementsOf(block, names)) last = read(statement) ?? last;
  return last;
}

export function textOf(block: Block, names: Names): string | undefined {
  return lastOf(block, names, (statement) => statement.arguments[0]?.text);
}

export function integerOf(
  block: Block,
  names: Names,
  from: number,
  to: number,
): number | undefined {
  return lastOf(block, names, ({ arguments: [word] }) => word && readInteger(word.text, from, to));
}

/** Microseconds of a value in seconds between `from` and `to`. */
export function secondsOf(block: Block, names: Names, from = 0, to = FOREVER): number | undefined {
  return lastOf(block, names, ({ arguments: [word] }) => word && readSeconds(word.text, from, to));
}

/** A word that stands alone is on. */
export function switchOf(block: Block, names: Names): boolean | undefined {
  return lastOf(block, names, ({ arguments: [word] }) => {
    return word === undefined ? true : readSwitch(word.text);
  });
}

export function addressOf(block: Block, names: Names): string | undefined {
  return lastOf(block, names, ({ arguments: [word] }) => word && canonicalAddress(word.text));
}
