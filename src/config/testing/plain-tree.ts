import type { Statement, Tree, Word } from "../tree.ts";

/**
 * A tree of a plain text for tests: one statement a line, words between blanks or double quotes,
 * braces between blanks, `#` and `!` before a comment. It has none of what else a file may hold: no
 * includes, conditions, variables and escapes.
 */
export function plainTree(text: string, file = "test.conf"): Tree {
  const lines = text.split("\n");
  const root: Statement[] = [];
  const open: Statement[][] = [root];
  const begin = (words: readonly Word[], block?: Statement[]): void => {
    const [keyword, ...rest] = words;
    if (keyword === undefined) return;
    open[0]!.push({ keyword, arguments: rest, ...(block === undefined ? {} : { block }) });
    if (block !== undefined) open.unshift(block);
  };
  lines.forEach((line, at) => {
    let words: Word[] = [];
    for (const word of wordsOf(line.replace(/(?:^|\s)[#!].*$/, ""), file, at + 1)) {
      if (word.text === "{" || word.text === "}") {
        begin(words, word.text === "{" ? [] : undefined);
        if (word.text === "}" && open.length > 1) open.shift();
        words = [];
      } else words.push(word);
    }
    begin(words);
  });
  return { statements: root, files: new Map([[file, lines]]) };
}

function wordsOf(line: string, file: string, number: number): Word[] {
  return Array.from(line.matchAll(/"([^"]*)"|\S+/g), (match) => ({
    text: match[1] ?? match[0],
    length: match[0].length,
    quoted: match[1] !== undefined,
    file,
    line: number,
    column: match.index + 1,
  }));
}
