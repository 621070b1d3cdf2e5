import { Reporter } from "../findings/reporter.ts";
import type { Keyword } from "../keywords/keyword.ts";
import { nearest } from "../keywords/nearest.ts";
import { BLOCKS, blocksWith, keywordIn, ROOT } from "../keywords/table.ts";
import type { Finding, Statement, Tree, Word } from "../tree.ts";
import { checkArguments, isReadable } from "./arguments.ts";

/** Words of older releases, and what has taken their place. */
const REMOVED: ReadonlyMap<string, string> = new Map([
  ["nat_mask", "Take it out: NAT needs no mask."],
  ["lvs_id", "Write router_id in global_defs."],
  ["vrrp_unicast_bind", "Write unicast_src_ip."],
  ["vrrp_unicast_peer", "Write a block unicast_peer."],
]);

/** Holds every word of a tree against the table of keywords. */
export function checkWords({ statements }: Tree): readonly Finding[] {
  const reporter = new Reporter();
  checkStatements(statements, ROOT, reporter);
  return reporter.findings;
}

function checkStatements(
  statements: readonly Statement[],
  block: string,
  reporter: Reporter,
): void {
  const line = BLOCKS.get(block)?.list;
  for (const statement of statements) {
    if (reporter.isFull) return;
    if (line === undefined) checkStatement(statement, block, reporter);
    else if (statement.block !== undefined) unexpectedBlock(statement.keyword, reporter);
    else {
      const words = [statement.keyword, ...statement.arguments];
      checkArguments(statement.keyword, words, line, reporter);
    }
  }
}

function checkStatement(statement: Statement, block: string, reporter: Reporter): void {
  const { keyword: word, arguments: words } = statement;
  const keyword = keywordIn(block, word.text);
  if (keyword === undefined) {
    if (isReadable(word, reporter)) unknown(word, block, reporter);
  } else if (keyword.status === "not-supported") {
    notSupported(word, keyword, reporter);
  } else if (statement.block !== undefined && keyword.opens === undefined) {
    unexpectedBlock(word, reporter);
  } else {
    checkArguments(word, words, keyword, reporter);
    if (statement.block !== undefined) {
      checkStatements(statement.block, keyword.opens!, reporter);
    }
  }
}

function unknown(word: Word, block: string, reporter: Reporter): void {
  const removed = REMOVED.get(word.text);
  if (removed !== undefined) {
    reporter.warn("REMOVED_WORD", word, `keepalived has no ${word.text} any more.`, removed);
    return;
  }
  const where = block === ROOT ? "outside all blocks" : `in ${block}`;
  const homes = blocksWith(word.text);
  if (homes.length > 0) {
    const places = homes.map((home) => (home === ROOT ? "outside all blocks" : `in ${home}`));
    reporter.warn(
      "WRONG_BLOCK",
      word,
      `${word.text} does not belong ${where}.`,
      `It belongs ${places.join(", ")}; here it does not count.`,
    );
    return;
  }
  const meant = meantBy(word.text, block);
  reporter.warn(
    "UNKNOWN_WORD",
    word,
    `keepalived has no word ${word.text}${block === ROOT ? "" : ` ${where}`}.`,
    meant === undefined
      ? "Take it out; it does not count, and what is in its block neither."
      : `Did you mean ${meant}?`,
  );
}

/** The nearest word of the block, or else of the language. */
function meantBy(written: string, block: string): string | undefined {
  const bare = written.replace(/[;,:=]+$/, "");
  const own = nearest(
    bare,
    BLOCKS.get(block)!.words.map(({ name }) => name),
  );
  if (own !== undefined) return own;
  const all = [...BLOCKS.values()].flatMap(({ words }) => words.map(({ name }) => name));
  return nearest(bare, new Set(all));
}

function notSupported(word: Word, { doc, since }: Keyword, reporter: Reporter): void {
  const version = since === undefined ? "" : ` (of keepalived ${since})`;
  const meaning = `${doc[0]!.toLowerCase()}${doc.slice(1, -1)}`;
  reporter.warn(
    "NOT_SUPPORTED",
    word,
    `${word.text}${version} is not supported yet: ${meaning}.`,
    "Look whether you rely on it; it does not count.",
  );
}

function unexpectedBlock(word: Word, reporter: Reporter): void {
  reporter.warn(
    "UNEXPECTED_BLOCK",
    word,
    `${word.text} opens no block.`,
    "Write one word and what belongs to it on each line; what is in the block does not count.",
  );
}
