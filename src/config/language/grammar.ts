/**
 * The little that a parser must know of words, to tell where a forgotten brace belongs. Blocks go
 * by name; undefined is a block of a word that nobody knows.
 */
export interface Grammar {
  readonly root: string;
  /** The block that a word opens there; undefined for a word that opens none. */
  blockOf(block: string | undefined, word: string): string | undefined;
  /** Whether a word may stand there; in a list of names or addresses any may. */
  knows(block: string | undefined, word: string): boolean;
  /** Whether the lines of a block are a list rather than words. */
  isList(block: string | undefined): boolean;
}
