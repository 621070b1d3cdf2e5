import { describeDuration } from "./disturbance.ts";

/** What must not happen, and did. True times in microseconds. */
export type Violation = { readonly time: number; readonly slot: number } & (
  | {
      readonly kind: "two-holders";
      readonly hosts: readonly string[];
      readonly duration: number;
    }
  /** For `duration` until `time` nobody held, though `hosts` were fit to and nothing happened. */
  | {
      readonly kind: "no-holder";
      readonly hosts: readonly string[];
      readonly duration: number;
    }
);

export function describeViolation({ kind, time, hosts, duration }: Violation): string {
  const at = `${(time / 1_000_000).toFixed(6)} s`;
  const lasting = describeDuration(duration);
  if (kind === "two-holders") return `${at}: ${hosts.join(" and ")} hold at once, for ${lasting}`;
  return `${at}: nobody holds for ${lasting}, though ${hosts.join(", ")} could and nothing happens`;
}
