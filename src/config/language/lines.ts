import type { Reporter } from "../findings/reporter.ts";
import type { Place } from "../tree.ts";
import {
  type Checks,
  checksAfter,
  expandBraces,
  hasWildcard,
  type Include,
  includeIn,
  NO_CHECKS,
} from "./include.ts";
import {
  MAX_CHARACTERS,
  MAX_FILES,
  MAX_INCLUDE_DEPTH,
  MAX_LINE_LENGTH,
  MAX_LINES,
  MAX_ROUNDS,
  MAX_VALUE_DEPTH,
} from "./limits.ts";
import { withoutComment } from "./quotes.ts";
import { endOfHead, readSequence, startsSequence } from "./sequence.ts";
import { directoryOf, pathFrom, type Sources } from "./sources.ts";
import { extent, replace, slice, type Text, textOfLine, trim } from "./text.ts";
import { definitionIn, type Reference, Variables } from "./variables.ts";

/** What looking at a line costs besides its characters, in characters. */
const STEP = 64;

/** Thrown inside, where a configuration grows beyond all limits; it is one finding. */
class TooMuch extends Error {}

/**
 * Turns files into the lines that a parser sees: without comments, with what they include, for
 * this instance only, and with variables and sequences put in.
 */
export class Lines {
  readonly files = new Map<string, readonly string[]>();
  readonly #sources: Sources;
  readonly #reporter: Reporter;
  readonly #take: (line: Text) => void;
  readonly #variables: Variables;
  #checks: Checks = NO_CHECKS;
  #fileCount = 0;
  #lineCount = 0;
  #characterCount = 0;

  constructor(sources: Sources, reporter: Reporter, take: (line: Text) => void) {
    this.#sources = sources;
    this.#reporter = reporter;
    this.#take = take;
    this.#variables = new Variables(sources);
  }

  /** Reads a file and what it includes; false where the file itself cannot be read. */
  read(path: string): boolean {
    try {
      return this.#readFile(path, 0);
    } catch (error) {
      if (error instanceof TooMuch) return true;
      throw error;
    }
  }

  #readFile(path: string, depth: number): boolean {
    const content = this.#sources.read(path);
    if (content === undefined) return false;
    this.#spend(textOfLine(path, 1, ""), content.length);
    const lines = content.split(/\r?\n/);
    this.files.set(path, lines);
    const checksBefore = this.#checks;
    this.#readLines(path, lines, depth);
    this.#checks = checksBefore;
    return true;
  }

  #readLines(path: string, lines: readonly string[], depth: number): void {
    for (let at = 0; at < lines.length; at++) {
      const text = textOfLine(path, at + 1, withoutComment(lines[at]!));
      const include = includeIn(text.characters, this.#checks);
      if (include !== undefined) {
        this.#include(include, text, depth);
        continue;
      }
      this.#checks = checksAfter(text.characters, this.#checks);
      const line = this.#unconditional(trim(text));
      const definition = line && definitionIn(line.characters);
      if (definition === undefined) {
        if (line !== undefined) this.#lookAt(line, 0);
        continue;
      }
      const body = [definition.value];
      while (body.at(-1)!.endsWith("\\")) {
        body.push(body.pop()!.slice(0, -1).trim());
        at += 1;
        // Blank lines inside a value do not end it, as in the examples of keepalived.conf(5).
        while (at < lines.length && withoutComment(lines[at]!).trim() === "") at += 1;
        body.push(withoutComment(lines[at] ?? "").trim());
      }
      this.#define(definition.name, body, line!);
    }
  }

  #define(name: string, body: readonly string[], line: Text): void {
    this.#spend(
      line,
      body.reduce((sum, { length }) => sum + length, 0),
    );
    // A first line that is empty but for its backslash is only there to start the value.
    const lines = body.length > 1 && body[0] === "" ? body.slice(1) : body;
    this.#variables.define(name, lines);
  }

  /** A line that starts a value is put in here; each line of the result is looked at anew. */
  #lookAt(line: Text, depth: number): void {
    if (depth > MAX_VALUE_DEPTH) this.#tooMuch(line, `values are more than ${depth - 1} deep`);
    this.#spend(line, line.characters.length);
    const text = this.#unconditional(trim(line));
    if (text === undefined) return;
    const definition = definitionIn(text.characters);
    if (definition !== undefined) this.#define(definition.name, [definition.value], text);
    else if (startsSequence(text.characters)) this.#repeat(text, depth);
    else this.#substitute(text, depth);
  }

  /** `@id …` and `@^id …`: undefined for a line that is not for this instance, or is empty. */
  #unconditional(text: Text): Text | undefined {
    if (text.characters === "") return undefined;
    const condition = /^@(\^?)(\S*)\s*/.exec(text.characters);
    if (condition === null) return text;
    const [whole, not, id] = condition;
    const fits = (id === this.#sources.instance) !== (not === "^");
    const rest = slice(text, whole.length);
    return fits && rest.characters !== "" ? rest : undefined;
  }

  #repeat(text: Text, depth: number): void {
    const filled = this.#fillHead(text);
    const end = endOfHead(filled.characters);
    const sequence =
      end === undefined ? undefined : readSequence(filled.characters, end, MAX_ROUNDS);
    if (sequence === undefined) {
      const length = end ?? filled.characters.length;
      this.#reporter.warn(
        "BAD_SEQUENCE",
        extent(filled, 0, length),
        `${filled.characters.slice(0, length)} says no sequence that ends.`,
        "Write ~SEQ(NAME, START, STEP, END) or ~LST(NAME, VALUE, …); the line is left out.",
      );
      return;
    }
    const rest = slice(filled, sequence.rest);
    for (const round of sequence.rounds) {
      for (const [name, value] of round) this.#variables.define(name, [value]);
      this.#lookAt(rest, depth + 1);
    }
  }

  /** Bounds of a sequence may be variables; the rest of the line waits until it has its turn. */
  #fillHead(text: Text): Text {
    let filled = text;
    for (let from = 0; ; ) {
      const reference = this.#variables.firstReference(filled, from, this.#directory(text));
      const end = endOfHead(filled.characters) ?? 0;
      if (reference === undefined || reference.from >= end || reference.lines.length > 1) {
        return filled;
      }
      filled = this.#put(filled, reference);
      from = reference.from;
    }
  }

  #substitute(line: Text, depth: number): void {
    const directory = this.#directory(line);
    let text = line;
    let from = 0;
    for (;;) {
      const reference = this.#variables.firstReference(text, from, directory);
      if (reference === undefined) break;
      if (reference.lines.length > 1) {
        for (const piece of piecesOf(text, reference)) this.#lookAt(piece, depth + 1);
        return;
      }
      text = this.#put(text, reference);
      // What comes first in a line decides what the line is: "$IF_MAIN priority 240".
      if (reference.from === 0 && /^[@$~]/.test(text.characters)) {
        this.#lookAt(text, depth + 1);
        return;
      }
      from = reference.from;
    }
    this.#lineCount += 1;
    if (this.#lineCount > MAX_LINES) this.#tooMuch(text, `it has more than ${MAX_LINES} lines`);
    this.#take(text);
  }

  #put(text: Text, reference: Reference): Text {
    const { from, to, lines } = reference;
    const result = replace(text, from, to, lines[0]!);
    this.#spend(text, result.characters.length);
    if (result.characters.length > MAX_LINE_LENGTH) {
      this.#tooMuch(text, `a line has more than ${MAX_LINE_LENGTH} characters`);
    }
    return result;
  }

  #directory({ file }: Text): string {
    return pathFrom(this.#sources.directory, directoryOf(file)).replace(/(?<=.)\/$/, "");
  }

  #spend(text: Text, characters: number): void {
    this.#characterCount += characters + STEP;
    if (this.#characterCount > MAX_CHARACTERS) this.#tooMuch(text, "its variables never end");
  }

  #tooMuch(text: Text, what: string): never {
    this.#reporter.fail(
      "TOO_MUCH",
      extent(text, 0, text.characters.length),
      `The configuration grows beyond all measure here: ${what}.`,
      "Look for a variable that refers to itself or a sequence that is too long.",
    );
    throw new TooMuch();
  }

  #include(include: Include, text: Text, depth: number): void {
    const at = trim(text);
    const place = extent(at, 0, at.characters.length);
    if (depth >= MAX_INCLUDE_DEPTH) this.#tooMuch(at, "files include each other");
    const patterns = expandBraces(include.pattern);
    if (patterns === undefined) this.#tooMuch(at, "the braces have too many alternatives");
    for (const pattern of patterns) {
      const paths = this.#pathsOf(pathFrom(directoryOf(text.file), pattern));
      if (paths.length === 0) this.#missing(include, pattern, place);
      for (const path of paths) {
        this.#fileCount += 1;
        if (this.#fileCount > MAX_FILES) this.#tooMuch(at, `it has more than ${MAX_FILES} files`);
        if (!this.#readFile(path, depth + 1)) this.#missing(include, path, place);
      }
    }
  }

  #pathsOf(pattern: string): readonly string[] {
    return hasWildcard(pattern) ? this.#sources.list(pattern) : [pattern];
  }

  /** keepalived 2.2.7 says that a plain name is missing, and goes on; of a wildcard nothing. */
  #missing({ pattern, checks }: Include, path: string, at: Place & { length: number }): void {
    const wild = hasWildcard(path);
    const must = wild
      ? checks.has("wildcard_match")
      : checks.has("match") ||
        checks.has("readable") ||
        (pattern.includes("{") && checks.has("brace_match"));
    if (wild && !must) return;
    const message = wild ? `No file fits ${path}.` : `${path} cannot be read.`;
    const fix = /^"/.test(pattern)
      ? "Write the path without quotes."
      : "Create the file, or take the line out.";
    if (must) this.#reporter.fail("INCLUDE_MISSING", at, message, fix);
    else this.#reporter.warn("INCLUDE_MISSING", at, message, fix);
  }
}

/** The lines that come of one in which a value of several lines stands. */
function piecesOf(text: Text, { from, to, lines }: Reference): readonly Text[] {
  return lines.map((line, at) => {
    const first = at === 0 ? 0 : from;
    const last = at === lines.length - 1 ? text.characters.length : to;
    return replace(slice(text, first, last), from - first, to - first, line);
  });
}
