/**
 * Quotes as keepalived 2.2.7 takes them: `"` anywhere, `'` at the start of a word, each up to its
 * like on the same line. A backslash saves a `"` from ending what it began; every backslash stays,
 * because only commands have escapes, and whoever splits a command into words resolves them.
 */

/** The index after the quote that starts at `at`; undefined where it has no end. */
export function endOfQuote(characters: string, at: number): number | undefined {
  const quote = characters[at]!;
  for (let index = at + 1; index < characters.length; index++) {
    if (characters[index] === "\\" && quote === '"') index += 1;
    else if (characters[index] === quote) return index + 1;
  }
  return undefined;
}

/** Whether a quote starts there: an apostrophe inside a word is none, nor one without its like. */
export function startsQuote(characters: string, at: number): boolean {
  if (characters[at] === '"') return true;
  if (characters[at] !== "'") return false;
  const before = characters[at - 1];
  return (
    (before === undefined || /[\s{}]/.test(before)) && endOfQuote(characters, at) !== undefined
  );
}

/** A line without its comment: from a `#` or `!` that stands in no quotes. */
export function withoutComment(characters: string): string {
  for (let at = 0; at < characters.length; at++) {
    if (startsQuote(characters, at)) at = (endOfQuote(characters, at) ?? characters.length) - 1;
    else if (characters[at] === "#" || characters[at] === "!") return characters.slice(0, at);
  }
  return characters;
}
