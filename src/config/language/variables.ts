import type { Sources } from "./sources.ts";
import type { Text } from "./text.ts";

/** A reference in a line, and the lines that come in its place. */
export interface Reference {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** `$NAME=value` at the start of a line; keepalived.conf(5), Parameter substitution. */
const DEFINITION = /^\$([A-Za-z_]\w*)=(.*)$/s;
const REFERENCE = /\$(?:([A-Za-z_]\w*)(?=\s|$)|\{(_?[A-Za-z]\w*|_)((?:\s+[^\s{}]+)*)\s*\})/g;
const RANDOM_MAX = 32767;

/** The variables of a configuration, as far as its lines have been read. */
export class Variables {
  readonly #values = new Map<string, readonly string[]>();
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  define(name: string, lines: readonly string[]): void {
    this.#values.set(name, lines);
  }

  /** The first reference from `start` on to something that is defined; others stay as they are. */
  firstReference(text: Text, start: number, directory: string): Reference | undefined {
    for (const match of text.characters.slice(start).matchAll(REFERENCE)) {
      const [whole, plain, braced, argument] = match;
      const lines = this.#value(plain ?? braced!, argument?.trim() ?? "", directory);
      const from = start + match.index;
      if (lines !== undefined) return { from, to: from + whole.length, lines };
    }
    return undefined;
  }

  #value(name: string, argument: string, directory: string): readonly string[] | undefined {
    const predefined = this.#predefined(name, argument, directory);
    if (predefined !== undefined) return [predefined];
    return argument === "" ? this.#values.get(name) : undefined;
  }

  /** keepalived.conf(5), Pre-defined definitions. */
  #predefined(name: string, argument: string, directory: string): string | undefined {
    switch (name) {
      case "_PWD":
        return directory;
      case "_INSTANCE":
        return this.#sources.instance;
      case "_HASH":
        return "#";
      case "_BANG":
        return "!";
      case "_ENV":
        return this.#sources.environment(argument) ?? "";
      case "_RANDOM":
        return this.#random(argument);
      default:
        return undefined;
    }
  }

  #random(argument: string): string | undefined {
    const numbers = argument === "" ? [] : argument.split(/\s+/);
    if (numbers.length > 2 || !numbers.every((number) => /^\d{1,9}$/.test(number)))
      return undefined;
    const [from = 0, to = RANDOM_MAX] = numbers.map(Number);
    return to < from ? undefined : String(from + this.#sources.random.integer(to - from + 1));
  }
}

/** The name that a line defines, and what stands behind its "=". */
export function definitionIn(characters: string): { name: string; value: string } | undefined {
  const [, name, value] = DEFINITION.exec(characters) ?? [];
  return name === undefined ? undefined : { name, value: value! };
}
