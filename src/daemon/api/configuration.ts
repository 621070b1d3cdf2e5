import type { Result } from "../../base/fault.ts";
import type { MarkOperation, MarkRule } from "../../state/mark.ts";
import type { Setting } from "../../state/settings.ts";
import type { Applied } from "./director.ts";

export type { MarkOperation, MarkRequest, Ports } from "../../state/mark.ts";
export type { Setting } from "../../state/settings.ts";

/** What a client may ask of a director beside its rules: `weir settings` and `weir mark`. */
export interface Configuration {
  settings(): Promise<Result<readonly Setting[]>>;
  setting(name: string): Promise<Result<Setting>>;
  /** By name, from the text of each value: all or nothing. */
  changeSettings(changes: Readonly<Record<string, string>>): Promise<Result<void>>;
  marks(): Promise<Result<readonly ListedMark[]>>;
  /** All or nothing. */
  changeMarks(operations: readonly MarkOperation[]): Promise<Applied>;
}

export interface ListedMark extends MarkRule {
  /** From 1. */
  readonly number: number;
  /** There is no interface of that name now, and so the rule fits nothing. */
  readonly interfaceMissing?: true;
}
