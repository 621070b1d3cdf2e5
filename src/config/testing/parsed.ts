import { GRAMMAR } from "../keywords/grammar.ts";
import { type Parsed, parse } from "../language/parse.ts";
import type { Statement } from "../tree.ts";
import { sourcesOf } from "./sources.ts";

/** A text, and files that it may include, as the parser takes them. */
export function parsed(text: string, files: Readonly<Record<string, string>> = {}): Parsed {
  return parse("test.conf", sourcesOf({ "test.conf": text, ...files }), GRAMMAR)!;
}

/** Statements as text: words between blanks, blocks in brackets. */
function outline(statements: readonly Statement[]): string {
  return statements
    .map(({ keyword, arguments: words, block }) => {
      const line = [keyword, ...words].map(({ text }) => text).join(" ");
      return block === undefined ? line : `${line} [${outline(block)}]`;
    })
    .join("; ");
}

/** What becomes of a text's lines. */
export function outlineOf(text: string, files: Readonly<Record<string, string>> = {}): string {
  return outline(parsed(text, files).tree.statements);
}

/** What is wrong with how a text is written, as "LINE CODE". */
export function mistakesIn(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  return parsed(text, files).findings.map(({ code, place }) => `${place.line} ${code}`);
}
