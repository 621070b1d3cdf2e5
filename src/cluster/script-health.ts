import type { TrackScript } from "./settings.ts";

/**
 * Whether a tracked script's subject is up, by the results in a row: `fall` failures for down and
 * `rise` successes for up (keepalived.conf(5), vrrp_script). When it runs is decided elsewhere.
 */
export interface ScriptHealth {
  /** Undefined until its first result. */
  readonly up: boolean | undefined;
  /** Results in a row that speak against `up`. */
  readonly against: number;
}

export function beginScriptHealth({ startsFailed }: Pick<TrackScript, "startsFailed">) {
  return { up: startsFailed ? false : undefined, against: 0 } satisfies ScriptHealth;
}

/**
 * A run has ended, well or not; one that was killed at its timeout has not. The first result counts
 * at once, whatever `rise` and `fall` are, so that a start takes no longer than one run.
 */
export function judgeScript(
  { rise, fall }: Pick<TrackScript, "rise" | "fall">,
  health: ScriptHealth,
  succeeded: boolean,
): ScriptHealth {
  if (health.up === undefined || health.up === succeeded) return { up: succeeded, against: 0 };
  const against = health.against + 1;
  if (against < (succeeded ? rise : fall)) return { up: health.up, against };
  return { up: succeeded, against: 0 };
}
