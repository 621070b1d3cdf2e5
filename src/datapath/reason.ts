/**
 * Why a packet met its verdict: a closed list, counted per CPU. xdp/reason.h holds the same list in
 * the same order; the parity run compares every single one.
 */
export const REASONS = [
  // Forwarded.
  "forwarded",
  "scheduled",
  "untracked",
  // Up to our own kernel.
  "not-ip",
  "not-for-us",
  "malformed",
  "fragment",
  "other-protocol",
  "not-a-service",
  "vip-not-local",
  "not-a-syn",
  "local-server",
  // Dropped.
  "no-lease",
  "server-removed",
  "no-next-hop",
  "fragment-of-service",
  "too-big",
  "icmp-limited",
  "tables-broken",
  // Answered with an ICMP error.
  "no-server",
  "unreachable",
  "ttl-exceeded",
  "frag-needed",
  // Not verdicts: what else happened on the way.
  "rescheduled",
  "evicted",
  "collision",
] as const;

export type Reason = (typeof REASONS)[number];

/** What a packet met: the XDP verdicts of <linux/bpf.h>. */
export type Verdict = "drop" | "pass" | "tx" | "redirect";

/** XDP_ABORTED 0, XDP_DROP 1, XDP_PASS 2, XDP_TX 3, XDP_REDIRECT 4. */
export const VERDICT_CODES: Record<Verdict, number> = { drop: 1, pass: 2, tx: 3, redirect: 4 };

const INDEX = new Map<Reason, number>(REASONS.map((reason, index) => [reason, index]));

export function reasonIndex(reason: Reason): number {
  return INDEX.get(reason)!;
}

const SENTENCES: Record<Reason, string> = {
  forwarded: "belongs to a known connection and went to its server",
  scheduled: "opened a connection and went to the server the scheduler chose",
  untracked: "found no room in the connection table and went to a server chosen by its hash",
  "not-ip": "is not an IPv4 packet",
  "not-for-us": "is addressed to another host's MAC address",
  malformed: "is malformed or cut short",
  fragment: "is a later fragment, which carries no ports",
  "other-protocol": "is neither TCP nor UDP",
  "not-a-service": "asks for no virtual service",
  "vip-not-local": "asks for a service whose VIP is not an address of this host",
  "not-a-syn": "belongs to no connection and does not open one",
  "local-server": "goes to a real server that is this host itself",
  "no-lease": "came while this director does not hold the lease",
  "server-removed": "belongs to a connection whose real server was removed",
  "no-next-hop": "goes to a real server whose MAC address is not known yet",
  "fragment-of-service": "is the first fragment of a packet to a service",
  "too-big": "is larger than the MTU towards its server and may be fragmented",
  "icmp-limited": "deserved an ICMP error, but its client has had enough of them",
  "tables-broken": "met a table entry that cannot be",
  "no-server": "found no real server that may take it; answered with port unreachable",
  unreachable: "goes to a real server that cannot be reached; answered with host unreachable",
  "ttl-exceeded": "ran out of TTL; answered with time exceeded",
  "frag-needed": "is larger than the MTU towards its server; answered with fragmentation needed",
  rescheduled: "reused the ports of a connection that was over",
  evicted: "took the place of another connection's entry",
  collision: "shares its tag with another flow",
};

/** The end of the sentence "The packet …". */
export function describeReason(reason: Reason): string {
  return SENTENCES[reason];
}
