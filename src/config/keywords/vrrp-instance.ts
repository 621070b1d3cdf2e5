import { ADDRESS, INTERFACE, NAME, SWITCH } from "./arguments.ts";
import { NOTIFY, PROGRAM, TRACKS } from "./common.ts";
import { type Block, later, opening, since24, word } from "./keyword.ts";
import { any, choice, integer, many, optional, seconds } from "./values.ts";

const DAY = 86_400;
const MULTICAST = { value: { kind: "address", multicast: true } } as const;

export const VRRP_INSTANCE: Block = {
  name: "vrrp_instance",
  words: [
    word(
      "state",
      "All begin as backup; with MASTER nopreempt and preempt_delay do not count.",
      choice("MASTER", "BACKUP"),
    ),
    word(
      "interface",
      "Interface of the advertisements, and of addresses without a dev.",
      INTERFACE,
    ),
    word("virtual_router_id", "Number that its routers share.", integer(1, 255)),
    word("priority", "The highest wins; 255 owns the addresses.", integer(1, 255)),
    word("version", "Version of VRRP.", integer(2, 3)),
    word("advert_int", "Time between advertisements.", seconds(0.01, 255)),
    opening(word("authentication", "Password of version 2.")),
    since24(opening(later("auth_hmac", "Keyed digests of advertisements."))),
    opening(word("virtual_ipaddress", "Addresses that the master holds."), "addresses"),
    opening(
      word("virtual_ipaddress_excluded", "Addresses that it holds without advertising them."),
      "addresses",
    ),
    since24(word("no_virtual_ipaddress", "There is meant to be no address.")),
    opening(word("virtual_routes", "Routes that the master has."), "routes"),
    opening(later("virtual_rules", "Routing rules that the master has."), "rules"),
    word("preempt", "A higher priority takes over; as without the word."),
    word("nopreempt", "A backup with a higher priority leaves a master alone."),
    word("preempt_delay", "Time before a higher priority takes over.", seconds(0, 1000)),
    word("accept", "The master takes packets for the addresses."),
    later("no_accept", "The master takes none unless it owns the addresses."),
    word("strict_mode", "As vrrp_strict, for this instance.", SWITCH),
    word("skip_check_adv_addr", "Addresses in advertisements are not compared.", SWITCH),
    ...TRACKS,
    word("dont_track_primary", "Its own interface may be down."),
    later("track_src_ip", "The source address must be there."),
    word("mcast_src_ip", "Source address of advertisements.", ADDRESS),
    word("mcast_dst_ip", "Multicast group of advertisements.", MULTICAST),
    word("unicast_src_ip", "Source address of advertisements.", ADDRESS),
    opening(word("unicast_peer", "Routers to send to instead of a multicast group."), "peers"),
    later("unicast_fault_no_peer", "Without peers it is a fault rather than multicast."),
    word("unicast_ttl", "TTL of unicast advertisements.", integer(0, 255)),
    word("check_unicast_src", "Advertisements must come from a peer.", SWITCH),
    later("old_unicast_checksum", "Checksum of releases before 1.3.6.", optional(choice("never"))),
    since24(word("v3_checksum_as_v2", "Version 3 sums the message alone over IPv4.", SWITCH)),
    word("native_ipv6", "It is of IPv6, whatever its addresses."),
    later("vrf", "VRF to run in, without an interface.", NAME),
    later("use_vmac", "Addresses have the virtual MAC address.", ...Array(2).fill(optional(NAME))),
    later("use_vmac_addr", "Addresses on other interfaces have it too."),
    later("vmac_xmit_base", "Advertisements leave by the interface below."),
    later("use_ipvlan", "Addresses are on an ipvlan.", ...Array(3).fill(optional(NAME))),
    later("promote_secondaries", "Other addresses of a network survive the first.", SWITCH),
    later("linkbeat_use_polling", "The link is asked rather than heard."),
    word("garp_master_delay", "Time to the second set of gratuitous ARP.", seconds(0, DAY)),
    word("garp_master_repeat", "Messages of a set on becoming master.", integer()),
    word("garp_master_refresh", "Time between sets while master.", seconds(0, DAY)),
    word("garp_master_refresh_repeat", "Messages of such a set.", integer()),
    word("garp_lower_prio_delay", "The same after a lower advertisement.", seconds(0, DAY)),
    word("garp_lower_prio_repeat", "Messages after a lower advertisement.", integer()),
    later("garp_extra_if", "Sets on interfaces other than its own.", many(any("[all] SECONDS"))),
    later("vmac_garp_intvl", "The same, of older releases.", many(any("[all] SECONDS"))),
    word("lower_prio_no_advert", "No effect: a lower one is always answered.", SWITCH),
    word("higher_prio_send_advert", "A higher one is answered before giving way.", SWITCH),
    word("down_timer_adverts", "Advertisements that a backup waits for.", integer(1, 100)),
    since24(
      later("timer_expired_backup", "It gives way when its timers ran late.", optional(NAME)),
    ),
    since24(later("thread_timer_expired", "The same, of its threads.", optional(NAME))),
    since24(later("owner_ignore_adverts", "An owner heeds no advertisements.", SWITCH)),
    ...NOTIFY,
    word(
      "notify_deleted",
      "Program to run when a reload took the instance out.",
      ...PROGRAM.map(optional),
    ),
    word("notify_master_rx_lower_pri", "Program to run at a lower advertisement.", ...PROGRAM),
    later("lvs_sync_daemon_interface", "IPVS's sync daemon follows it.", INTERFACE),
    later("kernel_rx_buf_size", "Receive buffer of its socket.", integer()),
    later("debug", "Level of debugging.", optional(integer(0, 4))),
  ],
};

export const AUTHENTICATION: Block = {
  name: "authentication",
  words: [
    word("auth_type", "PASS is a password in the clear; AH is not spoken.", choice("PASS", "AH")),
    word("auth_pass", "The password, of which 8 characters count.", any("PASSWORD")),
  ],
};

export const AUTH_HMAC: Block = {
  name: "auth_hmac",
  words: [
    later("key", "A key by number.", many(any("KEY"))),
    since24(later("active_key", "Number of the key to send with.", many(any("NUMBER")))),
    since24(later("time_window", "How old a message may be.", many(any("SECONDS")))),
    since24(later("anti_replay", "A message counts once.", SWITCH)),
    since24(later("mode", "What happens without a digest.", many(any("MODE")))),
  ],
};
