/** A program that the configuration names. Its arguments are words; no shell reads them. */
export interface Script {
  readonly words: readonly string[];
  /** Absent for the default of `script_user` (keepalived.conf(5)). */
  readonly user?: string;
  readonly group?: string;
}
