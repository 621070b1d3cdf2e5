/**
 * What became of a frame that a real server took in: a closed list, counted per CPU. xdp/reason.h
 * holds the same list in the same order.
 */
export const REASONS = [
  // Up to the stack.
  "decapsulated",
  "not-a-tunnel",
  "outer-fragment",
  // Dropped.
  "outer-source",
  "inner-destination",
  "malformed",
  "unsupported",
  "bad-checksum",
  "congestion",
] as const;

export type Reason = (typeof REASONS)[number];

/** How many of them, from the first, let the frame go up. */
const PASSED = 3;

export function isPassed(reason: Reason): boolean {
  return REASONS.indexOf(reason) < PASSED;
}

const SENTENCES: Record<Reason, string> = {
  decapsulated: "came in a director's tunnel, for a VIP of this host, and was taken out of it",
  "not-a-tunnel": "is none of a tunnel",
  "outer-fragment": "is a fragment of a tunnel's packet, which is left to the kernel",
  "outer-source": "came in a tunnel of somebody who is no director of this host",
  "inner-destination": "came in a director's tunnel, for an address that is no VIP of this host",
  malformed: "came in a director's tunnel, and is malformed or cut short",
  unsupported:
    "came in a director's tunnel, with an option that IPVS does not send (a key, a sequence" +
    " number, control, another version)",
  "bad-checksum": "came in a director's tunnel, with an outer checksum that does not match",
  congestion:
    "met congestion in the tunnel, and its sender would not understand that (RFC 6040 section 4.2)",
};

/** The end of the sentence "The packet …". */
export function describeReason(reason: Reason): string {
  return SENTENCES[reason];
}
