import type { Reporter } from "../findings/reporter.ts";
import type { Statement, Word } from "../tree.ts";
import type { Grammar } from "./grammar.ts";
import { MAX_BLOCK_DEPTH } from "./limits.ts";
import type { Text } from "./text.ts";
import { type Token, tokensOf } from "./tokens.ts";

interface OpenStatement {
  readonly keyword: Word;
  readonly arguments: Word[];
  block?: OpenStatement[];
}

/** A block whose closing brace is still to come. */
interface Frame {
  /** Name of the block in the grammar; undefined for one of an unknown word. */
  readonly name: string | undefined;
  readonly statements: OpenStatement[];
  /** What opened it; undefined for the file itself. */
  readonly opener?: Word;
}

/**
 * Puts the statements of lines into blocks. A brace ends a statement wherever it stands, and one at
 * the start of the next line belongs to the statement before, as in keepalived 2.2.7. Where braces
 * do not fit, one finding says so, and the rest is taken as it was most likely meant.
 */
export class Blocks {
  readonly #grammar: Grammar;
  readonly #reporter: Reporter;
  readonly #frames: Frame[];
  /** A statement that has had no brace yet, and may get one at the start of the next line. */
  #pending: OpenStatement | undefined;
  /** Blocks that are too deep to be kept. */
  #tooDeep = 0;

  constructor(grammar: Grammar, reporter: Reporter) {
    this.#grammar = grammar;
    this.#reporter = reporter;
    this.#frames = [{ name: grammar.root, statements: [] }];
  }

  take(line: Text): void {
    let statement: OpenStatement | undefined;
    for (const [index, token] of tokensOf(line).entries()) {
      if (token.kind === "open") {
        this.#open(statement ?? (index === 0 ? this.#pending : undefined), token.word);
        statement = undefined;
        this.#pending = undefined;
      } else if (token.kind === "close") {
        this.#forgetPending();
        this.#close(token.word);
        statement = undefined;
      } else if (statement === undefined) {
        statement = this.#begin(token);
      } else {
        statement.arguments.push(this.#wordOf(token));
      }
    }
    if (statement !== undefined) this.#pending = statement;
  }

  /** The statements, when all lines were there. */
  finish(): readonly Statement[] {
    this.#forgetPending();
    const innermost = this.#frames.at(-1)!;
    if (innermost.opener !== undefined) this.#unclosed(innermost.opener);
    return this.#frames[0]!.statements;
  }

  #begin(token: Token): OpenStatement {
    const keyword = this.#wordOf(token);
    this.#openForgotten(keyword);
    this.#closeForgotten(keyword);
    const statement = { keyword, arguments: [] };
    this.#frames.at(-1)!.statements.push(statement);
    return statement;
  }

  #wordOf(token: Token): Word {
    if (token.kind === "unterminated") {
      this.#reporter.warn(
        "UNTERMINATED_QUOTE",
        token.word,
        "This quote has no end on its line.",
        'Put a " behind what belongs together.',
      );
    }
    return token.word;
  }

  #open(statement: OpenStatement | undefined, brace: Word): void {
    if (this.#frames.length > MAX_BLOCK_DEPTH) {
      this.#tooDeep += 1;
      return;
    }
    if (statement === undefined) {
      this.#reporter.warn(
        "UNEXPECTED_BRACE",
        brace,
        "This { belongs to no word.",
        "Write the word of the block before it.",
      );
      this.#frames.push({ name: undefined, statements: [], opener: brace });
      return;
    }
    const outer = this.#frames.at(-1)!;
    statement.block = [];
    const name = this.#grammar.blockOf(outer.name, statement.keyword.text);
    this.#frames.push({ name, statements: statement.block, opener: statement.keyword });
  }

  #close(brace: Word): void {
    if (this.#tooDeep > 0) this.#tooDeep -= 1;
    else if (this.#frames.length > 1) this.#frames.pop();
    else {
      this.#reporter.warn(
        "EXTRA_BRACE",
        brace,
        "This } closes nothing.",
        "Take it out, or look above for a block that was closed too early.",
      );
    }
  }

  /** A word that must open a block has had its line, and no brace came: was one forgotten? */
  #openForgotten(next: Word): void {
    const statement = this.#pending;
    this.#pending = undefined;
    const outer = this.#frames.at(-1)!;
    const inner = statement && this.#grammar.blockOf(outer.name, statement.keyword.text);
    if (statement === undefined || inner === undefined || statement.block !== undefined) return;
    this.#missingBrace(statement.keyword);
    const belongsInside = this.#grammar.knows(inner, next.text);
    const belongsOutside = this.#grammar.knows(outer.name, next.text);
    if (!belongsInside || belongsOutside) return;
    statement.block = [];
    this.#frames.push({ name: inner, statements: statement.block, opener: statement.keyword });
  }

  #forgetPending(): void {
    const statement = this.#pending;
    this.#pending = undefined;
    if (statement === undefined || statement.block !== undefined) return;
    const outer = this.#frames.at(-1)!;
    if (this.#grammar.blockOf(outer.name, statement.keyword.text) === undefined) return;
    this.#missingBrace(statement.keyword);
  }

  #missingBrace(keyword: Word): void {
    this.#reporter.warn(
      "MISSING_BRACE",
      keyword,
      `${keyword.text} opens a block, and no { follows.`,
      "Put a { at the end of its line.",
    );
  }

  /**
   * A word that has no place here but one further out, and does not stand further to the right than
   * what opened this block: its closing brace was forgotten. Words of the file itself need no such
   * proof.
   */
  #closeForgotten(keyword: Word): void {
    const innermost = this.#frames.at(-1)!;
    if (innermost.opener === undefined || !this.#strange(innermost, keyword)) return;
    const home = this.#frames.findLastIndex(
      ({ name }) => !this.#grammar.isList(name) && this.#grammar.knows(name, keyword.text),
    );
    if (home < 0) return;
    const left = this.#frames[home + 1]!.opener!;
    const isOfRoot = home === 0 && this.#grammar.blockOf(this.#grammar.root, keyword.text);
    if (isOfRoot === undefined || (!isOfRoot && keyword.column > left.column)) return;
    this.#unclosed(left);
    this.#frames.length = home + 1;
  }

  #strange({ name }: Frame, keyword: Word): boolean {
    if (this.#grammar.isList(name)) {
      return this.#grammar.blockOf(this.#grammar.root, keyword.text) !== undefined;
    }
    return !this.#grammar.knows(name, keyword.text);
  }

  #unclosed(opener: Word): void {
    this.#reporter.fail(
      "UNCLOSED_BLOCK",
      opener,
      `The block of ${opener.text} is never closed.`,
      "Put a } where it ends.",
    );
  }
}
