import { Reporter } from "../findings/reporter.ts";
import type { Finding, Tree } from "../tree.ts";
import { Blocks } from "./blocks.ts";
import type { Grammar } from "./grammar.ts";
import { Lines } from "./lines.ts";
import type { Sources } from "./sources.ts";

/** What a configuration says, and what is wrong with how it says it. */
export interface Parsed {
  readonly tree: Tree;
  readonly findings: readonly Finding[];
}

/**
 * Reads a configuration, from its first file on. Undefined where that cannot be read; all other
 * mistakes are findings, and what can be understood around them is in the tree.
 */
export function parse(path: string, sources: Sources, grammar: Grammar): Parsed | undefined {
  const reporter = new Reporter();
  const blocks = new Blocks(grammar, reporter);
  const lines = new Lines(sources, reporter, (line) => blocks.take(line));
  if (!lines.read(path)) return undefined;
  const statements = blocks.finish();
  return { tree: { statements, files: lines.files }, findings: reporter.findings };
}
