import type { Result } from "../../base/fault.ts";
import type { Script } from "../../base/script.ts";

/** What a configuration is held against on the host that it is for. */
export interface Host {
  /** Networks of each interface, as "192.168.150.10/24"; those without one have an empty list. */
  readonly interfaces: ReadonlyMap<string, readonly string[]>;
  /**
   * Whether a program can be run, and as root not be changed by others.
   *
   * Faults: SCRIPT_MISSING, SCRIPT_NOT_EXECUTABLE, SCRIPT_INSECURE, USER_UNKNOWN.
   */
  check(script: Script): Result<void>;
}
