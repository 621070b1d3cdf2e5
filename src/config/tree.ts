/**
 * A keepalived.conf as it is written, after includes, conditions and variables: statements in
 * blocks. Nothing here knows what a word means.
 */

/** Where something stands. Lines and columns count from 1, columns in characters. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A token, without its quotes. */
export interface Word extends Place {
  readonly text: string;
  /** Characters that it takes in the file, quotes included. */
  readonly length: number;
  readonly quoted: boolean;
}

/** A line: a keyword, its arguments, and the block that follows it, if one does. */
export interface Statement {
  readonly keyword: Word;
  readonly arguments: readonly Word[];
  readonly block?: readonly Statement[];
}

export interface Tree {
  readonly statements: readonly Statement[];
  /** Every file that was read, by path, with its lines: for carets. */
  readonly files: ReadonlyMap<string, readonly string[]>;
}

export type Severity = "error" | "warning";

/** One mistake, once. */
export interface Finding {
  /** Stable, upper case: "UNKNOWN_WORD". `weir check --explain CODE` says more. */
  readonly code: string;
  readonly severity: Severity;
  readonly place: Place;
  /** Characters under the caret. */
  readonly length: number;
  /** What is wrong with what. */
  readonly message: string;
  /** What to do. */
  readonly fix?: string;
}
