/**
 * `include FILE` and its kin. They are found in the lines as they stand, before conditions and
 * variables; keepalived.conf(5), the notes on include and include_check.
 */

/** What is a mistake rather than nothing to include. */
const CHECKS = ["readable", "match", "wildcard_match", "brace_match"] as const;
type Check = (typeof CHECKS)[number];
export type Checks = ReadonlySet<Check>;

const VARIANTS: Readonly<Record<string, readonly Check[]>> = {
  include: [],
  includer: ["readable"],
  includem: ["readable", "match"],
  includew: ["readable", "wildcard_match"],
  includeb: ["readable", "brace_match"],
  includea: CHECKS,
};

const MAX_ALTERNATIVES = 1000;

export interface Include {
  /** A path, with wildcards and braces. */
  readonly pattern: string;
  readonly checks: Checks;
}

export const NO_CHECKS: Checks = new Set();

/** What a line includes; undefined for a line that includes nothing. */
export function includeIn(characters: string, checks: Checks): Include | undefined {
  const [, variant, pattern] = /^\s*(include[rmwba]?)\s+(\S.*?)\s*$/.exec(characters) ?? [];
  if (variant === undefined) return undefined;
  return { pattern: pattern!, checks: new Set([...checks, ...VARIANTS[variant]!]) };
}

/** The checks after a line, which changes them if it is `include_check [+-]NAME …`. */
export function checksAfter(characters: string, checks: Checks): Checks {
  const [, rest] = /^\s*include_check(?=\s|$)(.*)$/.exec(characters) ?? [];
  if (rest === undefined) return checks;
  const words = rest.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return new Set(CHECKS);
  const changed = /^[-+]/.test(words[0]!) ? new Set(checks) : new Set<Check>();
  for (const word of words) {
    const name = CHECKS.find((check) => check === word.replace(/^[-+]/, ""));
    if (name === undefined) continue;
    if (word.startsWith("-")) changed.delete(name);
    else changed.add(name);
  }
  return changed;
}

export function hasWildcard(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/** "{a,b{c,d}}" as the shell expands it; undefined where it comes to too many. */
export function expandBraces(pattern: string): readonly string[] | undefined {
  let waiting = [pattern];
  const done: string[] = [];
  while (waiting.length > 0) {
    const next: string[] = [];
    for (const item of waiting) {
      const alternatives = expandInnermost(item);
      if (alternatives === undefined) done.push(item);
      else next.push(...alternatives);
    }
    if (next.length + done.length > MAX_ALTERNATIVES) return undefined;
    waiting = next;
  }
  return [...new Set(done)];
}

/** The alternatives of the first braces with a comma that have no others inside. */
function expandInnermost(pattern: string): readonly string[] | undefined {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match === null) return undefined;
  const [before, after] = [
    pattern.slice(0, match.index),
    pattern.slice(match.index + match[0].length),
  ];
  return match[1]!.split(",").map((alternative) => `${before}${alternative}${after}`);
}
