import type { Finding, Place, Statement, Tree } from "../tree.ts";

/** What a finding says is missing, and the words whose own mistakes make it so. */
const CAUSES: ReadonlyMap<string, readonly string[]> = new Map([
  ["INSTANCE_INCOMPLETE", ["virtual_router_id", "interface"]],
  ["INSTANCE_WITHOUT_ADDRESS", ["virtual_ipaddress"]],
]);

/**
 * Leaves out of `findings` what only follows from a mistake that has a finding of its own: a
 * virtual_router_id of 256 is one mistake, and not two because the instance has none then.
 */
export function withoutConsequences(
  findings: readonly Finding[],
  causes: readonly Finding[],
  tree: Tree,
): readonly Finding[] {
  const mistaken = new Set(causes.map(({ place }) => keyOf(place)));
  return findings.filter((finding) => {
    const words = CAUSES.get(finding.code);
    if (words === undefined) return true;
    const whole = tree.statements.find(({ arguments: [name] }) => {
      return name !== undefined && keyOf(name) === keyOf(finding.place);
    });
    return !(whole?.block ?? []).some(
      (statement) => words.includes(statement.keyword.text) && isMistaken(statement, mistaken),
    );
  });
}

function isMistaken(
  { keyword, arguments: words, block = [] }: Statement,
  mistaken: ReadonlySet<string>,
): boolean {
  return (
    [keyword, ...words].some((word) => mistaken.has(keyOf(word))) ||
    block.some((statement) => isMistaken(statement, mistaken))
  );
}

function keyOf({ file, line, column }: Place): string {
  return `${line}:${column}:${file}`;
}
