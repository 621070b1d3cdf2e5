import { nearest } from "../keywords/nearest.ts";
import type { Finding, Place, Statement, Tree } from "../tree.ts";

/** What a finding says is missing, and the words whose own mistakes make it so. */
const CAUSES: ReadonlyMap<string, readonly string[]> = new Map([
  ["INSTANCE_INCOMPLETE", ["virtual_router_id", "interface"]],
  ["INSTANCE_WITHOUT_ADDRESS", ["virtual_ipaddress"]],
]);

/** After these nobody knows what stands in the block. */
const STRUCTURE = ["UNEXPECTED_BLOCK", "MISSING_BRACE", "UNCLOSED_BLOCK"];

/**
 * Leaves out of `findings` what only follows from a mistake that has a finding of its own: a
 * virtual_router_id of 256 is one mistake, and not two because the instance has none then.
 */
export function withoutConsequences(
  findings: readonly Finding[],
  causes: readonly Finding[],
  tree: Tree,
): readonly Finding[] {
  const mistakes = new Map(causes.map(({ place, code }) => [keyOf(place), code]));
  return findings.filter((finding) => {
    const words = CAUSES.get(finding.code);
    if (words === undefined) return true;
    const whole = tree.statements.find(({ arguments: [name] }) => {
      return name !== undefined && keyOf(name) === keyOf(finding.place);
    });
    if (whole === undefined) return true;
    const { keyword, block = [] } = whole;
    if (STRUCTURE.includes(mistakes.get(keyOf(keyword)) ?? "")) return false;
    return !block.some((statement) => isCause(statement, words, mistakes));
  });
}

function isCause(
  statement: Statement,
  words: readonly string[],
  mistakes: ReadonlyMap<string, string>,
): boolean {
  const { keyword } = statement;
  const code = mistakes.get(keyOf(keyword)) ?? "";
  if (STRUCTURE.includes(code)) return true;
  const meant = code === "UNKNOWN_WORD" ? nearest(keyword.text, words) : undefined;
  return meant !== undefined || (words.includes(keyword.text) && isMistaken(statement, mistakes));
}

function isMistaken(
  { keyword, arguments: words, block = [] }: Statement,
  mistakes: ReadonlyMap<string, string>,
): boolean {
  return (
    [keyword, ...words].some((word) => mistakes.has(keyOf(word))) ||
    block.some((statement) => isMistaken(statement, mistakes))
  );
}

function keyOf({ file, line, column }: Place): string {
  return `${line}:${column}:${file}`;
}
