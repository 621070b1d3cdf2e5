/**
 * Those with a lower priority who advertise although a master answers them: how often each was
 * heard in a row, and until when another counts as the next of the same row. Microseconds.
 */
export type Contenders = ReadonlyMap<string, { readonly count: number; readonly until: number }>;

export const NO_CONTENDERS: Contenders = new Map();

/** Intervals of its own after which a contender that was silent has heard the answer. */
const ROW_INTERVALS = 2;

const CONTENDERS_MAX = 16;

/** One more was heard of this one. */
export function contend(
  contenders: Contenders,
  source: string,
  interval: number,
  now: number,
): { readonly contenders: Contenders; readonly count: number } {
  const live = [...contenders].filter(([, { until }]) => until > now);
  const count = (live.find(([name]) => name === source)?.[1].count ?? 0) + 1;
  const rest = live.filter(([name]) => name !== source);
  rest.push([source, { count, until: now + ROW_INTERVALS * interval }]);
  return { contenders: new Map(rest.slice(-CONTENDERS_MAX)), count };
}
