import { WORDS, type Word } from "./options.ts";

/** What the scanner met next; `text` is the argument as typed, for messages. */
export type Met =
  | { readonly kind: "word"; readonly word: Word; readonly value?: string; readonly text: string }
  | { readonly kind: "end" }
  | { readonly kind: "error"; readonly problem: string; readonly text: string };

const BY_LONG: ReadonlyMap<string, Word> = new Map(WORDS.map((word) => [word.long, word]));
const BY_SHORT: ReadonlyMap<string, Word> = new Map(
  WORDS.flatMap((word) => (word.short === undefined ? [] : [[word.short, word] as const])),
);

const UNKNOWN = "unknown option";
const MISSING = "missing argument";
const UNWANTED = "option does not take an argument";

/**
 * Reads a command line the way popt(3) does: short options in bundles (-Lnc), a value in the same
 * argument or in the next (-s rr, -srr, -s=rr, --scheduler=rr), an optional value only from an
 * argument that does not start with "-", and everything after "--" as plain arguments.
 */
export class Scanner {
  /** Arguments that belong to no option, in their order. */
  readonly plain: string[] = [];
  readonly #args: readonly string[];
  #next = 0;
  #bundle = "";
  #plainOnly = false;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  next(): Met {
    if (this.#bundle !== "") return this.#short();
    while (this.#next < this.#args.length) {
      const arg = this.#args[this.#next]!;
      this.#next += 1;
      if (this.#plainOnly || !arg.startsWith("-") || arg === "-") this.plain.push(arg);
      else if (arg === "--") this.#plainOnly = true;
      else if (arg.startsWith("--")) return this.#long(arg.slice(2));
      else {
        this.#bundle = arg.slice(1);
        return this.#short();
      }
    }
    return { kind: "end" };
  }

  #long(body: string): Met {
    const equals = body.indexOf("=");
    const word = BY_LONG.get(equals === -1 ? body : body.slice(0, equals));
    if (word === undefined) return this.#error(UNKNOWN);
    const value = equals === -1 ? undefined : body.slice(equals + 1);
    if (word.value === "none") {
      return value === undefined ? this.#met(word) : this.#error(UNWANTED);
    }
    return value === undefined ? this.#valueOf(word) : this.#met(word, value);
  }

  #short(): Met {
    const word = BY_SHORT.get(this.#bundle[0]!);
    if (word === undefined) return this.#error(UNKNOWN);
    const rest = this.#bundle.slice(1);
    if (word.value === "none") {
      if (rest.startsWith("=")) return this.#error(UNWANTED);
      this.#bundle = rest;
      return this.#met(word);
    }
    this.#bundle = "";
    return rest === "" ? this.#valueOf(word) : this.#met(word, rest.replace(/^=/, ""));
  }

  #valueOf(word: Word): Met {
    const following = this.#args[this.#next];
    if (word.value === "optional" && (following === undefined || following.startsWith("-"))) {
      return this.#met(word);
    }
    if (following === undefined) return this.#error(MISSING);
    this.#next += 1;
    return this.#met(word, following);
  }

  /** popt names the argument that it took last: after "-s rr" that is "rr". */
  #lastArgument(): string {
    return this.#args[this.#next - 1] ?? "";
  }

  #met(word: Word, value?: string): Met {
    const text = this.#lastArgument();
    return { kind: "word", word, text, ...(value === undefined ? {} : { value }) };
  }

  #error(problem: string): Met {
    return { kind: "error", problem, text: this.#lastArgument() };
  }
}
