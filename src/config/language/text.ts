import type { Place } from "../tree.ts";

/**
 * A piece of a line that remembers where each of its characters stands in the file, whatever
 * variables have put between them: the characters of a value stand where its name does.
 */
export interface Text {
  readonly file: string;
  readonly line: number;
  readonly characters: string;
  /** Column of each character, from 1. */
  readonly columns: readonly number[];
  /** Column after what each character came from. */
  readonly ends: readonly number[];
}

export function textOfLine(file: string, line: number, characters: string): Text {
  const columns = Array.from({ length: characters.length }, (_, at) => at + 1);
  return { file, line, characters, columns, ends: columns.map((column) => column + 1) };
}

export function slice(text: Text, from: number, to = text.characters.length): Text {
  return {
    ...text,
    characters: text.characters.slice(from, to),
    columns: text.columns.slice(from, to),
    ends: text.ends.slice(from, to),
  };
}

export function trim(text: Text): Text {
  const from = text.characters.length - text.characters.trimStart().length;
  return slice(text, from, Math.max(from, text.characters.trimEnd().length));
}

/** Other characters in the place of those from `from` to `to`, which must not be none. */
export function replace(text: Text, from: number, to: number, value: string): Text {
  const column = text.columns[from]!;
  const end = text.ends[to - 1]!;
  const spread = <T>(list: readonly T[], item: T): readonly T[] => [
    ...list.slice(0, from),
    ...new Array<T>(value.length).fill(item),
    ...list.slice(to),
  ];
  return {
    ...text,
    characters: text.characters.slice(0, from) + value + text.characters.slice(to),
    columns: spread(text.columns, column),
    ends: spread(text.ends, end),
  };
}

/** Where the characters from `from` to `to` stand, and how many of the file's they take. */
export function extent(text: Text, from: number, to: number): Place & { readonly length: number } {
  const { file, line } = text;
  const column = text.columns[from] ?? text.ends.at(-1) ?? 1;
  const end = to > from ? text.ends[to - 1]! : column + 1;
  return { file, line, column, length: Math.max(1, end - column) };
}
