import { type Counters, combine, NO_COUNTERS } from "./counters.ts";

/**
 * Rates as IPVS estimates them (net/netfilter/ipvs/ip_vs_est.c): every two seconds the average
 * moves a quarter of the way to what was counted in them. Connections and packets are kept in
 * 1/1024 a second, bytes in 1/32, and so they are rounded.
 */
const SCALES: Counters = {
  connections: 10n,
  inPackets: 10n,
  outPackets: 10n,
  inBytes: 5n,
  outBytes: 5n,
};

export interface Estimate {
  readonly last: Counters;
  /** Scaled averages. */
  readonly average: Counters;
}

export const NO_ESTIMATE: Estimate = { last: NO_COUNTERS, average: NO_COUNTERS };

/** The estimate two seconds later, when the totals are these. */
export function estimate(before: Estimate, totals: Counters): Estimate {
  // Nothing came, and the rate was nothing already: most servers of most large tables.
  if (totals === before.last && before.average === NO_COUNTERS) return before;
  const delta = combine(totals, before.last, (now, last) => (now > last ? now - last : 0n));
  const shifted = combine(delta, SCALES, (value, shift) => value << (shift - 1n));
  const change = combine(shifted, before.average, (rate, average) => (rate - average) >> 2n);
  const average = combine(before.average, change, (a, b) => a + b);
  return { last: totals, average: isNothing(average) ? NO_COUNTERS : average };
}

function isNothing(counters: Counters): boolean {
  return Object.values(counters).every((counter) => counter === 0n);
}

/** Per second, rounded as ip_vs_read_estimator() does. */
export function readEstimate({ average }: Estimate): Counters {
  if (average === NO_COUNTERS) return NO_COUNTERS;
  const half = (shift: bigint) => (shift === 10n ? 0x1ffn : 0xfn);
  return combine(average, SCALES, (value, shift) => (value + half(shift)) >> shift);
}
