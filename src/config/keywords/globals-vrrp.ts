import { NAME, SWITCH } from "./arguments.ts";
import { PROGRAM } from "./common.ts";
import { type Keyword, later, since24, word } from "./keyword.ts";
import { any, integer, many, optional, seconds } from "./values.ts";

const DAY = 86_400;
const BYTES = integer();

/** Words of global_defs that are about VRRP: most are what instances have without a word. */
export const VRRP_GLOBALS: readonly Keyword[] = [
  word("vrrp_version", "Version of VRRP over IPv4.", integer(2, 3)),
  word("vrrp_mcast_group4", "Multicast group over IPv4.", {
    value: { kind: "address", family: 4, multicast: true },
  }),
  word("vrrp_mcast_group6", "Multicast group over IPv6.", {
    value: { kind: "address", family: 6, multicast: true },
  }),
  word("vrrp_garp_master_delay", "Time to the second set of gratuitous ARP.", seconds(0, DAY)),
  word("vrrp_garp_master_repeat", "Messages of a set on becoming master.", integer()),
  word("vrrp_garp_master_refresh", "Time between sets while master.", seconds(0, DAY)),
  word("vrrp_garp_master_refresh_repeat", "Messages of such a set.", integer()),
  word("vrrp_garp_lower_prio_delay", "The same after a lower advertisement.", seconds(0, DAY)),
  word("vrrp_garp_lower_prio_repeat", "Messages after a lower advertisement.", integer()),
  word("vrrp_garp_interval", "Least time between two gratuitous ARP messages.", seconds()),
  word("vrrp_gna_interval", "Least time between two unsolicited NA messages.", seconds()),
  word("vrrp_min_garp", "One message, and no second set.", SWITCH),
  later("vrrp_garp_extra_if", "Sets on interfaces other than its own.", many(any("[all] SECONDS"))),
  later("vrrp_vmac_garp_intvl", "The same, of older releases.", many(any("[all] SECONDS"))),
  word("vrrp_down_timer_adverts", "Advertisements that a backup waits for.", integer(1, 100)),
  word("vrrp_lower_prio_no_advert", "No effect: a lower one is always answered.", SWITCH),
  word("vrrp_higher_prio_send_advert", "A higher one is answered before giving way.", SWITCH),
  word("vrrp_check_unicast_src", "Advertisements must come from a peer.", SWITCH),
  word("vrrp_skip_check_adv_addr", "Addresses in advertisements are not compared.", SWITCH),
  word("vrrp_strict", "Nothing that RFC 3768 and RFC 9568 do not have.", SWITCH),
  word("vrrp_notify_priority_changes", "FIFOs are told of changed priorities too.", SWITCH),
  word("vrrp_startup_delay", "Time before elections begin.", seconds()),
  since24(later("vrrp_delay_after_boot", "Time since boot before they begin.", seconds())),
  since24(word("v3_checksum_as_v2", "Version 3 sums the message alone over IPv4.", SWITCH)),
  since24(later("vrrp_owner_ignore_adverts", "An owner heeds no advertisements.", SWITCH)),
  word("vrrp_notify_fifo", "FIFO for events of elections.", any("PATH"), ...PROGRAM.slice(1)),
  word("vrrp_notify_fifo_script", "Program to read it.", ...PROGRAM),
  later("fifo_write_vrrp_states_on_reload", "FIFOs are told all states at a reload."),
  later("vrrp_iptables", "Chains of iptables to use.", optional(NAME), optional(NAME)),
  later("vrrp_ipsets", "Names of ipsets to use.", optional(many(NAME))),
  later("vrrp_priority", "Nice value of the VRRP process.", integer(-20, 19)),
  later("vrrp_no_swap", "The VRRP process is not swapped."),
  later("vrrp_rt_priority", "Its real-time priority.", integer(1, 99)),
  later("vrrp_cpu_affinity", "Its processors.", many(integer())),
  later("vrrp_rlimit_rttime", "Its time without waiting.", integer(1)),
  later("vrrp_rlimit_rtime", "Its time without waiting.", integer(1)),
  later("vrrp_netlink_cmd_rcv_bufs", "Receive buffer of netlink answers.", BYTES),
  later("vrrp_netlink_cmd_rcv_bufs_force", "Even beyond the system's limit.", SWITCH),
  later("vrrp_netlink_monitor_rcv_bufs", "Receive buffer of netlink events.", BYTES),
  later("vrrp_netlink_monitor_rcv_bufs_force", "Even beyond the system's limit.", SWITCH),
  later("vrrp_rx_bufs_policy", "How large receive buffers are.", any("MTU, ADVERT or BYTES")),
  later("vrrp_rx_bufs_multiplier", "How many messages they hold.", integer(1)),
  later("log_unknown_vrids", "Advertisements for nobody are logged."),
];
