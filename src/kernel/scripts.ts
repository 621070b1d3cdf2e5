import type { Result } from "../base/fault.ts";
import type { Script } from "../base/script.ts";

/** The programs that a configuration names: tracked scripts, MISC_CHECK, and notify scripts. */
export interface Scripts {
  /**
   * Runs a program to its end, whatever that is. Beyond as many as may run at once it waits for its
   * turn, and its time, `timeout` in microseconds, begins with that.
   *
   * Faults: those of check(); SCRIPTS_BUSY when too many wait already; SCRIPT_REFUSED when it
   * cannot be started.
   */
  run(script: Script, timeout?: number): Promise<Result<ScriptEnd>>;
  /**
   * Whether it may be run, as it lies there now: a configuration is checked with it.
   *
   * Faults: SCRIPT_MISSING, SCRIPT_NOT_EXECUTABLE, SCRIPT_INSECURE, USER_UNKNOWN.
   */
  check(script: Script): Result<void>;
}

export interface ScriptSettings {
  /** `enable_script_security` of keepalived.conf(5). */
  readonly security: boolean;
  /**
   * `script_user`; absent for "keepalived_script" if there is such a user, and else for root, but
   * not with script security.
   */
  readonly user?: string;
  readonly group?: string;
}

export type ScriptEnd =
  | { readonly kind: "exit"; readonly status: number }
  /** By a signal that somebody else sent it: "SIGSEGV". */
  | { readonly kind: "signal"; readonly signal: string }
  /** It had its time: its whole process group was ended. */
  | { readonly kind: "timeout" };
