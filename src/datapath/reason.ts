/**
 * Why a packet met its verdict: a closed list, counted per CPU. xdp/reason.h holds the same list in
 * the same order; the parity run compares every single one.
 */
export const REASONS = [
  // Forwarded.
  "forwarded",
  "scheduled",
  "one-packet",
  "untracked",
  "replied",
  "related",
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
  "local-port",
  "reply-up",
  // Dropped.
  "no-lease",
  "server-removed",
  "no-next-hop",
  "refused",
  "bad-checksum",
  "icmp-limited",
  "tables-broken",
  // Answered with an ICMP error.
  "no-server",
  "no-connection",
  "unreachable",
  "ttl-exceeded",
  "frag-needed",
  "too-big",
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
  "one-packet": "was scheduled on its own, as its service asks",
  untracked: "found no room in the connection table and went to a server chosen by its hash",
  replied: "is a NAT server's answer and went to its client",
  related: "is an ICMP error about a connection and followed it",
  "not-ip": "is not an IP packet",
  "not-for-us": "is addressed to another host's MAC address",
  malformed: "is malformed or cut short",
  fragment: "is a fragment that came before its first one, which carries the ports",
  "other-protocol": "is neither TCP nor UDP, nor an ICMP error about a connection",
  "not-a-service": "asks for no virtual service",
  "vip-not-local": "asks for a service whose VIP is not an address of this host",
  "not-a-syn": "belongs to no connection and does not open one",
  "local-server": "goes to a real server that is this host itself",
  "local-port":
    "goes to a real server that is this host itself, on another port, which is not translated",
  "reply-up": "is a NAT server's answer that the kernel routes to its client",
  "no-lease": "came while this director does not hold the lease",
  "server-removed": "belongs to a connection whose real server was removed",
  "no-next-hop": "goes to a real server whose MAC address is not known yet",
  "bad-checksum": "is an ICMP error about a connection, but not as it was sent",
  refused: "would open a connection where the table is full, and may try again",
  "icmp-limited": "deserved an ICMP error, but its client may get none, or has had enough of them",
  "tables-broken": "met a table entry that cannot be",
  "no-server": "found no real server that may take it; answered with port unreachable",
  "no-connection":
    "is a NAT server's, but of no connection; answered with port unreachable (nat_icmp_send)",
  unreachable: "goes to a real server that cannot be reached; answered with host unreachable",
  "ttl-exceeded": "ran out of TTL; answered with time exceeded",
  "frag-needed": "is larger than the MTU towards its server; answered with fragmentation needed",
  "too-big":
    "is larger than the MTU towards its server and may be fragmented, which is not done here; " +
    "answered with fragmentation needed",
  rescheduled: "reused the ports of a connection that was over",
  evicted: "took the place of another connection's entry",
  collision: "shares its tag with another flow",
};

/** The end of the sentence "The packet …". */
export function describeReason(reason: Reason): string {
  return SENTENCES[reason];
}
