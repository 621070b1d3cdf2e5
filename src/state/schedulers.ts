/**
 * The schedulers of IPVS by the names that ipvsadm -s takes (net/netfilter/ipvs/ip_vs_<name>.c).
 */
export const SCHEDULERS = [
  "rr",
  "wrr",
  "lc",
  "wlc",
  "lblc",
  "lblcr",
  "dh",
  "sh",
  "sed",
  "nq",
  "fo",
  "ovf",
  "mh",
  "twos",
] as const;

/** The persistence engines of IPVS (ip_vs_pe_sip.c). */
const ENGINES = ["sip"] as const;

export function isScheduler(name: string): boolean {
  return (SCHEDULERS as readonly string[]).includes(name);
}

export function isEngine(name: string): boolean {
  return (ENGINES as readonly string[]).includes(name);
}
