import type { Finding, Place, Severity } from "../tree.ts";
import type { Code } from "./explanations.ts";

type Extent = Place & { readonly length: number };

/** Who reads a thousand findings has the wrong file; guessing at more only costs time. */
const MOST = 1000;

/** Findings in the order of their discovery, each mistake once however often it is met. */
export class Reporter {
  readonly #findings = new Map<string, Finding>();

  get findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  /** Whether there are so many that another would be of no use; it would not be kept. */
  get isFull(): boolean {
    return this.#findings.size >= MOST;
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
    // Errors decide whether the file is used, so that all of them count.
    if (this.#findings.has(key) || (this.isFull && severity === "warning")) return;
    const place = { file, line, column };
    this.#findings.set(key, { code, severity, place, length, message, fix });
  }
}
