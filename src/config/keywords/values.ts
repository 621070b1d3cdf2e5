import type { Argument } from "./keyword.ts";

/** Ways to say what may follow a word. Times are in seconds, as they are written. */

/** The most seconds that keepalived's timers of 32 bits take. */
const LONG = 4294.967295;
const U32 = 0xffff_ffff;

export function integer(from = 0, to: number = U32): Argument {
  return { value: { kind: "integer", from, to } };
}

export function seconds(from = 0, to: number = LONG): Argument {
  return { value: { kind: "seconds", from, to } };
}

export function choice(...words: readonly string[]): Argument {
  return { value: { kind: "choice", words } };
}

/** Capitals or not. */
export function choiceAnyCase(...words: readonly string[]): Argument {
  return { value: { kind: "choice", words, anyCase: true } };
}

export function text(what: string, accepts: (text: string) => boolean): Argument {
  return { value: { kind: "text", what, accepts } };
}

export function pattern(regex: RegExp, what: string): Argument {
  return text(what, (written) => regex.test(written));
}

export function any(what: string): Argument {
  return { value: { kind: "word", what } };
}

export function optional(argument: Argument): Argument {
  return { ...argument, optional: true };
}

export function many(argument: Argument): Argument {
  return { ...argument, repeated: true };
}
