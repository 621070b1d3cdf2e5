import { checkWords } from "./checking/check-words.ts";
import type { Configuration } from "./configuration.ts";
import { withoutConsequences } from "./findings/consequences.ts";
import { GRAMMAR } from "./keywords/grammar.ts";
import { parse } from "./language/parse.ts";
import type { Sources } from "./language/sources.ts";
import { readConfiguration } from "./read/read-configuration.ts";
import type { Finding, Tree } from "./tree.ts";

/** A configuration file, what it means, and every mistake in it once. */
export interface Loaded {
  readonly tree: Tree;
  readonly configuration: Configuration;
  /** In the order of the lines, those of included files behind. */
  readonly findings: readonly Finding[];
}

/** Reads a file and all that it includes; undefined where the file itself cannot be read. */
export function load(path: string, sources: Sources): Loaded | undefined {
  const parsed = parse(path, sources, GRAMMAR);
  if (parsed === undefined) return undefined;
  const { tree } = parsed;
  const { configuration, findings } = readConfiguration(tree);
  const ofWords = [...parsed.findings, ...checkWords(tree)];
  const ofMeaning = withoutConsequences(findings, ofWords, tree);
  return { tree, configuration, findings: inOrder([...ofWords, ...ofMeaning], tree) };
}

/** As a reader comes upon them. */
export function inOrder(findings: readonly Finding[], { files }: Tree): readonly Finding[] {
  const order = new Map([...files.keys()].map((file, at) => [file, at]));
  const rank = ({ place }: Finding): number => order.get(place.file) ?? order.size;
  return findings.toSorted(
    (a, b) => rank(a) - rank(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}
