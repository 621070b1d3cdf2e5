import { median } from "../statistics.ts";
import type { Checked } from "./checking.ts";

/** A core that does nothing else, and all servers of a large site every second. */
const CORES_MAX = 1;

export interface HealthFigures {
  /** CPU seconds a second, of the rounds: the median, the least and the most. */
  readonly cores: { readonly median: number; readonly minimum: number; readonly maximum: number };
  /** A second, the median. */
  readonly checks: number;
  /** In all rounds. */
  readonly failures: number;
  readonly target: number;
  readonly met: boolean;
}

export function healthFigures(samples: readonly Checked[]): HealthFigures {
  const cores = samples.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds);
  const middle = median(cores);
  return {
    cores: { median: middle, minimum: Math.min(...cores), maximum: Math.max(...cores) },
    checks: median(samples.map(({ checks, seconds }) => checks / seconds)),
    failures: samples.reduce((sum, { failures }) => sum + failures, 0),
    target: CORES_MAX,
    met: middle < CORES_MAX,
  };
}
