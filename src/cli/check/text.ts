import type { Finding, Tree } from "../../config/tree.ts";

/** How a finding looks: with colours, which say nothing that the words do not say too. */
export interface Style {
  readonly colours: boolean;
}

const BOLD = 1;
const RED = 31;
const MAGENTA = 35;
const GREEN = 32;
/** Of a line as long as a page nobody finds the caret; so much of it is shown. */
const SHOWN_WIDTH = 160;

/**
 * `FILE:LINE:COLUMN: warning: message [CODE]`, the line with what is meant underlined, and what to
 * do about it.
 */
export function findingText(finding: Finding, { files }: Tree, style: Style): string {
  const { place, severity, message, code, fix } = finding;
  const paint = (text: string, colour: number): string =>
    style.colours ? `\u001b[${colour}m${text}\u001b[0m` : text;
  const where = paint(`${place.file}:${place.line}:${place.column}:`, BOLD);
  const kind = paint(`${severity}:`, severity === "error" ? RED : MAGENTA);
  const lines = [`${where} ${kind} ${harmless(message)} [${code}]`];
  const source = files.get(place.file)?.[place.line - 1];
  if (source !== undefined && source.trim() !== "") {
    const [shown, caret] = underlined(harmless(source), place.column, finding.length);
    lines.push(`  ${shown}`, `  ${paint(caret, GREEN)}`);
  }
  if (fix !== undefined && fix !== "") lines.push(`  ${harmless(fix)}`);
  return lines.map((line) => `${line}\n`).join("");
}

/** A file's text without what a terminal would act on. */
function harmless(text: string): string {
  return text.replace(/[^\t\P{Cc}]/gu, "?");
}

/** A line and the carets below it, which stand right under tabs too. */
function underlined(source: string, column: number, length: number): readonly [string, string] {
  const from = column - 1 > SHOWN_WIDTH / 2 ? column - 1 - SHOWN_WIDTH / 4 : 0;
  const shown = source.slice(from, from + SHOWN_WIDTH).replace(/\r$/, "");
  const before = shown.slice(0, column - 1 - from).replace(/[^\t]/g, " ");
  const room = Math.max(1, Math.min(length, shown.length - before.length));
  return [shown, `${before}^${"~".repeat(room - 1)}`];
}

/** "2 errors, 1 warning" */
export function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding["severity"]): string => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${severity}${number === 1 ? "" : "s"}`;
  };
  return `${count("error")}, ${count("warning")}`;
}
