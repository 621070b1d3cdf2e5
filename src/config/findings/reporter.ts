import type { Finding, Place, Severity } from "../tree.ts";
import type { Code } from "./explanations.ts";

type Extent = Place & { readonly length: number };

/** Findings in the order of their discovery, each mistake once however often it is met. */
export class Reporter {
  readonly #findings = new Map<string, Finding>();

  get findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  warn(code: Code, at: Extent, message: string, fix: string): void {
    this.#add("warning", code, at, message, fix);
  }

  fail(code: Code, at: Extent, message: string, fix: string): void {
    this.#add("error", code, at, message, fix);
  }

  #add(severity: Severity, code: Code, at: Extent, message: string, fix: string): void {
    const { file, line, column, length } = at;
    const key = `${code} ${line} ${column} ${file} ${message}`;
    if (this.#findings.has(key)) return;
    const place = { file, line, column };
    this.#findings.set(key, { code, severity, place, length, message, fix });
  }
}
