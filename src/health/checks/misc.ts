import type { Script } from "../../base/script.ts";
import type { Check, Ended, Verdict } from "../check.ts";

interface MiscSettings {
  readonly script: Script;
  /** Microseconds. */
  readonly timeout: number;
  readonly dynamic: boolean;
}

/**
 * MISC_CHECK: what a program's exit status says (captured: C14 to C17). 0 is good; with
 * misc_dynamic 2 to 255 are good too, and make the weight the status less 2.
 * `weight` is the server's configured one, which the verdict's is added to.
 */
export function miscCheck({ script, timeout, dynamic }: MiscSettings, weight: number): Check {
  return { by: "script", script, timeout, ended: (end) => judge(end, dynamic, weight) };
}

function judge(end: Ended, dynamic: boolean, weight: number): Verdict {
  switch (end.kind) {
    case "timeout":
      return { fit: false, why: "The script did not end in time" };
    case "signal":
      return { fit: false, why: `The script was ended by ${end.signal}` };
    case "exit":
      if (end.status === 0) return { fit: true, why: "The script says so" };
      if (!dynamic || end.status === 1) {
        return { fit: false, why: `The script ended with exit status ${end.status}` };
      }
      return {
        fit: true,
        why: `The script asks for weight ${end.status - 2}`,
        weight: end.status - 2 - weight,
      };
  }
}
