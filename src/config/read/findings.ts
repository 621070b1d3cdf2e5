import type { Finding, Place, Word } from "../tree.ts";
import type { READ_EXPLANATIONS } from "./explanations.ts";

/** What reading a configuration has met, in the order in which it met it. */
export class Findings {
  readonly list: Finding[] = [];

  /** Something that keepalived would go on without, or with another value. */
  warn(code: keyof typeof READ_EXPLANATIONS, word: Word, message: string, fix: string): void {
    const place: Place = { file: word.file, line: word.line, column: word.column };
    this.list.push({ code, severity: "warning", place, length: word.length, message, fix });
  }
}
