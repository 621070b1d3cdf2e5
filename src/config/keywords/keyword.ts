/**
 * What there is to know of a word of keepalived.conf: where it stands, what follows it, and
 * whether Weir heeds it. Checks, the parser's guesses about forgotten braces, and documentation
 * come from this.
 */
export interface Keyword {
  readonly name: string;
  readonly arguments: readonly Argument[];
  /** What its first argument may be besides, and what follows that then. */
  readonly forms?: Readonly<Record<string, readonly Argument[]>>;
  /** What may follow the arguments in any order, by name, with what follows each. */
  readonly options?: Options;
  /** The block that it opens, by name in the table. */
  readonly opens?: string;
  readonly status: "implemented" | "not-supported";
  /** Version of keepalived that brought it; absent for one that 2.2.7 has. */
  readonly since?: "2.4";
  /** One sentence. */
  readonly doc: string;
}

/** What may stand in one place after a word. */
export interface Argument {
  readonly value: Value;
  readonly optional?: true;
  /** It and all that follow; the last of a word's arguments only. */
  readonly repeated?: true;
}

export type Value =
  | { readonly kind: "integer" | "seconds"; readonly from: number; readonly to: number }
  | { readonly kind: "switch" }
  | { readonly kind: "address"; readonly family?: 4 | 6; readonly multicast?: true }
  /** With an optional "/LENGTH". */
  | { readonly kind: "network" }
  | { readonly kind: "choice"; readonly words: readonly string[]; readonly anyCase?: true }
  | { readonly kind: "text"; readonly what: string; accepts(text: string): boolean }
  /** Whatever it says, it is one word; `what` for documentation: "NAME", "INTERFACE". */
  | { readonly kind: "word"; readonly what: string };

export type Options = Readonly<Record<string, readonly Argument[]>>;

/** The words of a block; or, for a list, what its lines may be. */
export interface Block {
  readonly name: string;
  readonly words: readonly Keyword[];
  readonly list?: ListLine;
}

/** A line of a list: `192.168.1.1/24 dev eth0`, `eth0 weight 20`; its words as those of a word. */
export interface ListLine {
  readonly arguments: readonly Argument[];
  readonly forms?: Readonly<Record<string, readonly Argument[]>>;
  readonly options?: Options;
}

type Rest = readonly Argument[];

export function word(name: string, doc: string, ...rest: Rest): Keyword {
  return { name, arguments: rest, status: "implemented", doc };
}

/** A word that keepalived heeds and Weir does not yet. */
export function later(name: string, doc: string, ...rest: Rest): Keyword {
  return { name, arguments: rest, status: "not-supported", doc };
}

export function opening(keyword: Keyword, block: string = keyword.name): Keyword {
  return { ...keyword, opens: block };
}

export function since24(keyword: Keyword): Keyword {
  return { ...keyword, since: "2.4" };
}
