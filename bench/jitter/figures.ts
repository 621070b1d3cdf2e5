import { assert } from "../../src/base/assert.ts";
import { median, quantile } from "../statistics.ts";
import type { JitterSample } from "./measure.ts";
import { FASTEST, INTERVALS } from "./settings.ts";

/** An advertisement may come so much of its interval too early or too late. */
const TENTH = 0.1;
const MICROSECONDS = 1_000_000;

/** Of what comes at one interval, in all rounds; times in microseconds. */
export interface JitterFigures {
  /** Advertisements, or a thread of the bench's own that does nothing but wake. */
  readonly what: "advertisements" | "control";
  /** Seconds from one to the next, as it is configured. */
  readonly interval: number;
  readonly count: number;
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
  const instances = [...INTERVALS].map(([router, interval]) => {
    const rounds = samples.map(({ heard }) => heard[String(router)] ?? []);
    return figuresOf("advertisements", interval, rounds);
  });
  const rounds = samples.map(({ woken }) => woken);
  return [...instances, figuresOf("control", FASTEST, rounds)];
}

function figuresOf(
  what: JitterFigures["what"],
  interval: number,
  rounds: readonly (readonly number[])[],
): JitterFigures {
  const wanted = interval * MICROSECONDS;
  const deviations = rounds.flatMap((times) =>
    times.slice(1).map((at, n) => Math.abs(at - times[n]! - wanted)),
  );
  assert(deviations.length > 0, "something that comes again", interval);
  const target = wanted * TENTH;
  const beyond = deviations.filter((deviation) => deviation > target).length;
  return {
    what,
    interval,
    count: deviations.length,
    median: median(deviations),
    most99: quantile(deviations, 0.99),
    maximum: quantile(deviations, 1),
    target,
    beyond,
    met: beyond === 0,
  };
}
