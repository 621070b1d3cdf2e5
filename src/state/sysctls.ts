/**
 * The sysctls of IPVS (/proc/sys/net/ipv4/vs, net/netfilter/ipvs/ip_vs_ctl.c vs_vars): their names,
 * the kernel's defaults, and what they do. Weir keeps those with `kept` under the same names.
 */
export interface Sysctl {
  readonly name: string;
  /** As sysctl(8) prints it. */
  readonly default: string;
  readonly what: string;
  readonly kept?: Kept;
}

/** How Weir keeps a value: one of the kernel's switches, or seconds. */
export type Kept = "switch" | "mode" | "seconds";

function kept(name: KeptName, value: number, what: string, how: Kept = "switch") {
  return { name, default: String(value), what, kept: how } as const satisfies Sysctl;
}

function other(name: string, value: string, what: string): Sysctl {
  return { name, default: value, what };
}

/** The names that are fields of the control line too (datapath/layout.ts). */
export type KeptName =
  | "conn_reuse_mode"
  | "expire_nodest_conn"
  | "expire_quiescent_template"
  | "lblc_expiration"
  | "lblcr_expiration"
  | "nat_icmp_send"
  | "pmtu_disc"
  | "run_estimation"
  | "secure_tcp"
  | "sloppy_tcp";

export type KeptSysctl = ReturnType<typeof kept>;

export const KEPT: readonly KeptSysctl[] = [
  kept("conn_reuse_mode", 1, "1: a SYN reopens what is closed; 2: FIN_WAIT too; 0: no"),
  kept("expire_nodest_conn", 0, "connections of removed servers end with their next packet"),
  kept("expire_quiescent_template", 0, "persistence ends when its server gets weight 0"),
  kept("lblc_expiration", 86_400, "seconds until lblc forgets an idle destination", "seconds"),
  kept("lblcr_expiration", 86_400, "seconds until lblcr forgets an idle destination", "seconds"),
  kept("nat_icmp_send", 0, "tell NAT servers of packets that belong to no connection"),
  kept("pmtu_disc", 1, "the outer header of a tunnel keeps the flag DF"),
  kept("run_estimation", 1, "count on for --stats and --rate; 0 freezes both"),
  kept("secure_tcp", 0, "3: the stricter state table of TCP, always", "mode"),
  kept("sloppy_tcp", 0, "any packet but a RST opens a connection, not a SYN alone"),
];

/** What Weir does not keep yet, and what Linux does with it. */
export const OTHERS: readonly Sysctl[] = [
  other("am_droprate", "10", "drop_packet 3 drops one packet of so many"),
  other("amemthresh", "1024", "free pages below which the automatic defences start"),
  other("backup_only", "0", "a director that is only a sync backup balances nothing"),
  other("cache_bypass", "0", "with no server left, send to the packet's own destination"),
  other("conntrack", "0", "let the firewall's connection tracking see balanced packets"),
  other("debug_level", "0", "how much IPVS writes to the kernel's log"),
  other("drop_entry", "0", "drop entries at random when memory is low, or always"),
  other("drop_packet", "0", "drop new packets when memory is low, or always"),
  other("est_cpulist", "", "CPUs that may compute rates (Linux 6.2)"),
  other("est_nice", "0", "priority of what computes rates (Linux 6.2)"),
  other("ignore_tunneled", "0", "leave packets alone that came out of a tunnel"),
  other("schedule_icmp", "0", "let ICMP errors of unknown connections be scheduled"),
  other("sloppy_sctp", "0", "any SCTP packet opens a connection, not an INIT alone"),
  other("snat_reroute", "1", "route replies of NAT servers by their new source"),
  other("sync_persist_mode", "0", "sync templates alone for persistent services"),
  other("sync_ports", "1", "sync threads, each with a UDP port"),
  other("sync_qlen_max", "free pages / 32", "sync messages that may wait to be sent"),
  other("sync_refresh_period", "0", "seconds after which an unchanged connection is synced"),
  other("sync_retries", "0", "times that a sync message is sent again"),
  other("sync_sock_size", "0", "bytes of the sync sockets' buffers"),
  other("sync_threshold", "3 50", "packets before the first sync, and between two"),
  other("sync_version", "1", "version of the sync protocol"),
];
