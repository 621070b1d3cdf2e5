/**
 * What became of a frame that a real server took in: a closed list, counted per CPU. xdp/reason.h
 * holds the same list in the same order.
 */
export const REASONS = [
  // Up to the stack.
  "decapsulated",
  "not-a-tunnel",
  "outer-fragment",
  "malformed",
  "unsupported",
  "bad-checksum",
  // Dropped.
  "outer-source",
  "inner-destination",
  "congestion",
] as const;

export type Reason = (typeof REASONS)[number];

/** How many of them, from the first, let the frame go up. */
const PASSED = 6;

export function isPassed(reason: Reason): boolean {
  return REASONS.indexOf(reason) < PASSED;
}
