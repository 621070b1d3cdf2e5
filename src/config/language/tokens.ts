import type { Word } from "../tree.ts";
import { endOfQuote, startsQuote } from "./quotes.ts";
import { extent, type Text } from "./text.ts";

/** What a line is made of. Braces that stand in no quotes are apart, with or without blanks. */
export type Token =
  | { readonly kind: "word"; readonly word: Word }
  | { readonly kind: "open" | "close"; readonly word: Word }
  /** A `"` without its like: the word goes to the end of the line. */
  | { readonly kind: "unterminated"; readonly word: Word };

/** `{{ NAME }}` of a template that nobody filled in, and `${NAME}` that nobody defined. */
const KEPT_TOGETHER = /\{\{[^{}]*\}\}|\$\{[^{}]*\}/y;

export function tokensOf(text: Text): readonly Token[] {
  const tokens: Token[] = [];
  const { characters } = text;
  let at = 0;
  while (at < characters.length) {
    const character = characters[at]!;
    if (/\s/.test(character)) {
      at += 1;
    } else if (lengthKept(characters, at) === 0 && (character === "{" || character === "}")) {
      const kind = character === "{" ? "open" : "close";
      tokens.push({ kind, word: wordOf(text, at, at + 1, character, false) });
      at += 1;
    } else {
      const end = startsQuote(characters, at)
        ? readQuoted(text, at, tokens)
        : readBare(text, at, tokens);
      at = end;
    }
  }
  return tokens;
}

function readQuoted(text: Text, from: number, tokens: Token[]): number {
  const { characters } = text;
  const end = endOfQuote(characters, from);
  if (end === undefined) {
    const rest = characters.slice(from + 1);
    tokens.push({
      kind: "unterminated",
      word: wordOf(text, from, characters.length, rest.trimEnd(), true),
    });
    return characters.length;
  }
  tokens.push({
    kind: "word",
    word: wordOf(text, from, end, characters.slice(from + 1, end - 1), true),
  });
  return end;
}

function readBare(text: Text, from: number, tokens: Token[]): number {
  const { characters } = text;
  let at = from;
  while (at < characters.length && !/[\s"]/.test(characters[at]!)) {
    const kept = lengthKept(characters, at);
    if (kept === 0 && /[{}]/.test(characters[at]!)) break;
    at += Math.max(1, kept);
  }
  tokens.push({ kind: "word", word: wordOf(text, from, at, characters.slice(from, at), false) });
  return at;
}

/** How many characters must not be torn apart there. */
function lengthKept(characters: string, at: number): number {
  KEPT_TOGETHER.lastIndex = at;
  return KEPT_TOGETHER.exec(characters)?.[0].length ?? 0;
}

function wordOf(text: Text, from: number, to: number, written: string, quoted: boolean): Word {
  return { ...extent(text, from, to), text: written, quoted };
}
