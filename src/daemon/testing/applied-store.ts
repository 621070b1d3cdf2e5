import { type Result, success } from "../../base/fault.ts";
import type { AppliedStore } from "../applied-services.ts";

export interface MemoryStore extends AppliedStore {
  /** Every value that was written, as JSON. */
  readonly written: string[];
}

/** A file in memory. */
export function memoryStore(first?: string): MemoryStore {
  const written: string[] = [];
  return {
    written,
    read() {
      const text = written.at(-1) ?? first;
      return text === undefined ? undefined : JSON.parse(text);
    },
    write(value): Result<void> {
      written.push(JSON.stringify(value));
      return success(undefined);
    },
  };
}
