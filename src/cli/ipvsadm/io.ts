import type { Resolver } from "./resolver.ts";

/**
 * What the command meets around it: the terminal, who runs it, and the names of hosts and services.
 */
export interface Io {
  /** Lines of standard input without their ends; only -R reads them. */
  readonly stdin: AsyncIterable<string> | Iterable<string>;
  stdout(text: string): void;
  stderr(text: string): void;
  readonly isRoot: boolean;
  readonly resolver: Resolver;
}
