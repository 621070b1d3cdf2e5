import type { Reporter } from "../findings/reporter.ts";
import type { Argument, Keyword, ListLine, Options, Value } from "../keywords/keyword.ts";
import { nearest } from "../keywords/nearest.ts";
import type { Word } from "../tree.ts";
import { describeValue, isValue } from "./value.ts";

type Shape = Pick<Keyword, "arguments" | "forms" | "options"> | ListLine;

/**
 * Holds the words of a line against what it may have. One finding a line: after the first mistake
 * the rest means nothing.
 */
export function checkArguments(
  title: Word,
  words: readonly Word[],
  shape: Shape,
  reporter: Reporter,
): void {
  const form = words[0] === undefined ? undefined : ownOf(shape.forms, words[0].text);
  const expected = form ?? shape.arguments;
  const given = form === undefined ? words : words.slice(1);
  const taken = takeArguments(title, given, expected, shape.options, reporter);
  if (taken === undefined) return;
  checkOptions(title, given.slice(taken), shape.options, reporter);
}

/** How many of the words are arguments; undefined where they are not what they should be. */
function takeArguments(
  title: Word,
  words: readonly Word[],
  expected: readonly Argument[],
  options: Options | undefined,
  reporter: Reporter,
): number | undefined {
  let at = 0;
  for (const { value, optional, repeated } of expected) {
    if (words[at] === undefined) {
      if (optional) return at;
      missing(title, value, reporter);
      return undefined;
    }
    if (optional && ownOf(options, words[at]!.text) !== undefined) return at;
    do {
      const word = words[at]!;
      if (!isReadable(word, reporter)) return undefined;
      if (!isValue(word.text, value)) {
        badValue(title, word, value, reporter);
        return undefined;
      }
      at += 1;
    } while (repeated && words[at] !== undefined);
  }
  return at;
}

function checkOptions(
  title: Word,
  words: readonly Word[],
  options: Options | undefined,
  reporter: Reporter,
): void {
  for (let at = 0; at < words.length; ) {
    const word = words[at]!;
    if (!isReadable(word, reporter)) return;
    const following = ownOf(options, word.text);
    if (following === undefined) {
      extra(title, word, options, reporter);
      return;
    }
    const given = words.slice(at + 1, at + 1 + following.length);
    const taken = takeArguments(word, given, following, undefined, reporter);
    if (taken === undefined) return;
    at += 1 + taken;
  }
}

/** Whether a word says something by itself; if not, that is its mistake. */
export function isReadable(word: Word, reporter: Reporter): boolean {
  const { text, quoted } = word;
  const placeholder = /\{\{[^{}]*\}\}/.exec(text)?.[0];
  if (placeholder !== undefined) {
    reporter.warn(
      "PLACEHOLDER",
      word,
      `${placeholder} is a place in a template that nobody has filled in.`,
      "Check the file that the template becomes; until then the line does not count.",
    );
    return false;
  }
  const variable = quoted ? undefined : /\$\{[^{}]*\}|^\$[A-Za-z_]\w*$/.exec(text)?.[0];
  if (variable === undefined) return true;
  const name = /\w+/.exec(variable)?.[0] ?? "NAME";
  reporter.warn(
    "UNDEFINED_VARIABLE",
    word,
    `${variable} is not defined above this line.`,
    `Write $${name}=VALUE on a line before it.`,
  );
  return false;
}

function missing(title: Word, value: Value, reporter: Reporter): void {
  reporter.warn(
    "MISSING_ARGUMENT",
    title,
    `${title.text} takes ${describeValue(value)}, and nothing follows.`,
    `Write it behind ${title.text}; until then the line does not count.`,
  );
}

function badValue(title: Word, word: Word, value: Value, reporter: Reporter): void {
  const bare = word.text.replace(/[;,]+$/, "");
  const meant =
    bare !== word.text && isValue(bare, value)
      ? bare
      : value.kind === "choice"
        ? (value.words.find((known) => known.toLowerCase() === word.text.toLowerCase()) ??
          nearest(word.text, value.words))
        : undefined;
  const written = word.text === "" ? '""' : word.text;
  reporter.warn(
    "BAD_VALUE",
    word,
    title === word
      ? `${written} is not ${describeValue(value)}.`
      : `${title.text} takes ${describeValue(value)}, and not ${written}.`,
    meant === undefined
      ? "Correct it; until then the line does not count."
      : `Write ${meant}; until then the line does not count.`,
  );
}

function extra(title: Word, word: Word, options: Options | undefined, reporter: Reporter): void {
  const names = Object.keys(options ?? {});
  const meant = nearest(word.text, names);
  const isCommand = /script|notify|path|quorum/.test(title.text);
  reporter.warn(
    "EXTRA_ARGUMENT",
    word,
    `${title.text} takes no ${word.text} here.`,
    meant !== undefined
      ? `Did you mean ${meant}?`
      : isCommand
        ? "Put a program and its arguments in quotes; what is outside does not count."
        : "Take it out; it does not count.",
  );
}

/** An entry by name, and nothing that every object has. */
function ownOf<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
