import { assert } from "../../src/base/assert.ts";
import { median, quantile } from "../statistics.ts";
import type { JitterSample } from "./measure.ts";
import { INTERVALS } from "./settings.ts";

/** An advertisement may come so much of its interval too early or too late. */
const TENTH = 0.1;
const MICROSECONDS = 1_000_000;

/** Of the advertisements of one interval, in all rounds; times in microseconds. */
export interface JitterFigures {
  /** Seconds from one to the next, as it is configured. */
  readonly interval: number;
  readonly advertisements: number;
  /** How far from the interval they came after the one before: the median, 99 of 100, the most. */
  readonly median: number;
  readonly most99: number;
  readonly maximum: number;
  /** A tenth of the interval, and how many were further from it. */
  readonly target: number;
  readonly beyond: number;
  readonly met: boolean;
}

export function jitterFigures(samples: readonly JitterSample[]): JitterFigures[] {
  return [...INTERVALS].map(([router, interval]) => {
    const wanted = interval * MICROSECONDS;
    const deviations = samples.flatMap(({ heard }) => {
      const times = heard[String(router)] ?? [];
      return times.slice(1).map((at, n) => Math.abs(at - times[n]! - wanted));
    });
    assert(deviations.length > 0, "an instance that advertises", router);
    const target = wanted * TENTH;
    const beyond = deviations.filter((deviation) => deviation > target).length;
    return {
      interval,
      advertisements: deviations.length,
      median: median(deviations),
      most99: quantile(deviations, 0.99),
      maximum: quantile(deviations, 1),
      target,
      beyond,
      met: beyond === 0,
    };
  });
}
