import type { Verdict } from "../check.ts";

/**
 * FILE_CHECK: the number in a tracked file times a weight is added to the server's weight; with
 * weight 0 any number but 0 makes the server unfit (keepalived.conf(5); captured: C27).
 */
export function fileVerdict(value: number, weight: number): Verdict {
  if (weight === 0) return { fit: value === 0, why: `The file says ${value}` };
  return { fit: true, why: `The file says ${value}`, weight: value * weight };
}
