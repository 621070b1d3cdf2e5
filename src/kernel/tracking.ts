import type { Result } from "../base/fault.ts";

/** What a host says of processes and files that move the priority of an instance. */
export interface Tracking {
  /**
   * Tells how many processes there are of each pattern, soon for the first time and then whenever
   * one of the numbers is another.
   */
  watchProcesses(
    patterns: readonly ProcessPattern[],
    changed: (counts: readonly number[]) => void,
  ): Watch;
  /**
   * Tells the number that a file begins with, soon for the first time and then whenever it is
   * another; undefined where there is no such file or no number in it.
   */
  watchFile(path: string, changed: (value: number | undefined) => void): Watch;
  /**
   * Writes a number into a file that is missing, or into any where `overwrites` says so.
   *
   * Faults: FILE_REFUSED.
   */
  writeFile(path: string, value: number, overwrites: boolean): Result<void>;
}

export interface Watch {
  close(): void;
}

/** keepalived.conf(5) vrrp_track_process. */
export interface ProcessPattern {
  /** The name and the parameters. */
  readonly command: readonly string[];
  /**
   * `exact`: these and no others; `partial`: these first; `initial`: as partial, and the last may
   * go on.
   */
  readonly parameters: "ignored" | "exact" | "partial" | "initial";
  /** The name is the first word of the command line, not the name that the kernel knows. */
  readonly fullCommand: boolean;
}
