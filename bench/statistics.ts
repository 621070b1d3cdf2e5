import { assert } from "../src/base/assert.ts";

/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  assert(values.length > 0, "a median of something");
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function minimum(values: readonly number[]): number {
  assert(values.length > 0, "a minimum of something");
  return Math.min(...values);
}

/** The least value that a share of them, 0 to 1, does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  assert(values.length > 0, "a quantile of something");
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
