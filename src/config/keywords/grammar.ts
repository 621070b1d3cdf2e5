import type { Grammar } from "../language/grammar.ts";
import { BLOCKS, keywordIn, ROOT } from "./table.ts";

/** What the parser needs of the table of keywords. */
export const GRAMMAR: Grammar = {
  root: ROOT,
  blockOf: (block, word) => keywordIn(block, word)?.opens,
  knows: (block, word) => isList(block) || keywordIn(block, word) !== undefined,
  isList,
};

function isList(block: string | undefined): boolean {
  return block !== undefined && BLOCKS.get(block)?.list !== undefined;
}
