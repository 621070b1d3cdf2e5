import { describeValue } from "./checking/value.ts";
import type { Argument, Block, Keyword } from "./keywords/keyword.ts";
import { BLOCKS, ROOT } from "./keywords/table.ts";

/**
 * The table of keywords as a document: each block with its words, what follows them, and whether
 * Weir goes by them. Markdown.
 */
export function keywordReference(): string {
  return [...BLOCKS.values()]
    .filter(({ words }) => words.length > 0)
    .map(blockSection)
    .join("\n");
}

function blockSection({ name, words }: Block): string {
  const title = name === ROOT ? "Outside of all blocks" : `\`${name}\``;
  const rows = words.map((keyword) => `| ${rowOf(keyword).join(" | ")} |`);
  return [`### ${title}`, "", "| word | takes | what it is for | |", "| --- | --- | --- | --- |"]
    .concat(rows, "")
    .join("\n");
}

function rowOf(keyword: Keyword): string[] {
  const { name, status, since, doc } = keyword;
  const state = status === "implemented" ? "" : "not supported yet";
  const version = since === undefined ? "" : `keepalived ${since}`;
  return [`\`${name}\``, argumentsText(keyword), doc, [state, version].filter(Boolean).join(", ")];
}

function argumentsText({ arguments: all, forms = {}, opens }: Keyword): string {
  const usual = all.map(argumentText).join(", ");
  const special = Object.entries(forms).map(([word, rest]) =>
    [`\`${word}\``, ...rest.map(argumentText)].join(" "),
  );
  const block = opens === undefined ? [] : ["a block"];
  return [...[usual, ...special].filter(Boolean), ...block].join("; ").replaceAll("|", "\\|");
}

function argumentText({ value, optional, repeated }: Argument): string {
  const text = `${describeValue(value)}${repeated ? " …" : ""}`;
  return optional ? `[${text}]` : text;
}
