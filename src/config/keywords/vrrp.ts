import { ADDRESS, INTERFACE, NAME } from "./arguments.ts";
import { NOTIFY, TRACKS } from "./common.ts";
import { type Block, later, opening, since24, word } from "./keyword.ts";
import { any, choice, integer, many, optional, pattern, seconds } from "./values.ts";

/** Blocks around VRRP instances. */

const REVERSE = optional(choice("reverse", "noreverse", "no_reverse"));
const I32 = 0x7fff_ffff;
const COUNT = 65_535;

export const VRRP_BLOCKS: readonly Block[] = [
  {
    name: "vrrp_sync_group",
    words: [
      opening(word("group", "Instances that move together."), "names"),
      ...TRACKS,
      ...NOTIFY,
      word("global_tracking", "Tracks of members count for all of them."),
      word("sync_group_tracking_weight", "Members may keep weights of their own."),
    ],
  },
  {
    name: "vrrp_script",
    words: [
      word("script", "Program whose exit status tells.", any('"PROGRAM ARGUMENTS"')),
      word("interval", "Time between two runs.", seconds(1, 4294)),
      word("timeout", "Time that a run has.", seconds(0.000001, 4294)),
      word(
        "weight",
        "What it adds to the priority; 0 makes failure a fault.",
        integer(-253, 253),
        REVERSE,
      ),
      word("rise", "Successes before it counts as fine.", integer(1, I32)),
      word("fall", "Failures before it counts as failed.", integer(1, I32)),
      word("user", "Who runs it.", NAME, optional(NAME)),
      word("init_fail", "It counts as failed until it has succeeded."),
    ],
  },
  {
    name: "track_file",
    words: [
      word("file", "Path of a file with a number.", any("PATH")),
      word("weight", "What the number is multiplied by.", integer(-I32, I32), REVERSE),
      word(
        "init_file",
        "The file is made at the start.",
        many(optional(pattern(/^(?:-?\d+|overwrite)$/, "a number or overwrite"))),
      ),
    ],
  },
  {
    name: "vrrp_track_process",
    words: [
      word("process", "Name of the process, and its parameters.", many(any("WORD"))),
      word(
        "param_match",
        "Parameters need match in part only.",
        optional(choice("initial", "partial")),
      ),
      word(
        "weight",
        "What it adds to the priority; 0 makes failure a fault.",
        integer(-254, 254),
        REVERSE,
      ),
      word("quorum", "Least number of processes.", integer(1, COUNT)),
      word("quorum_max", "Greatest number of processes.", integer(0, COUNT)),
      word("delay", "Both of the delays below.", seconds()),
      word("fork_delay", "Time before enough processes count.", seconds()),
      word("terminate_delay", "Time before too few count.", seconds()),
      word("full_command", "The whole command line is compared."),
    ],
  },
  {
    name: "garp_group",
    words: [
      word("garp_interval", "Least time between two gratuitous ARP messages.", seconds()),
      word("gna_interval", "Least time between two unsolicited NA messages.", seconds()),
      word("interface", "The interface that it is about.", INTERFACE),
      opening(word("interfaces", "Interfaces that share the limit."), "names"),
    ],
  },
  { name: "track_group", words: [opening(later("group", "Instances that track."), "names")] },
  {
    name: "bfd_instance",
    words: [
      later("source_ip", "Address it comes from.", ADDRESS),
      later("neighbor_ip", "The neighbour.", ADDRESS),
      later("neighbour_ip", "The neighbour.", ADDRESS),
      later("min_rx", "Least interval of receiving, in milliseconds.", any("MILLISECONDS")),
      later("min_tx", "Wanted interval of sending, in milliseconds.", any("MILLISECONDS")),
      later("idle_tx", "Interval while down, in milliseconds.", any("MILLISECONDS")),
      later("multiplier", "Lost packets that end the session.", integer(1, 255)),
      later("passive", "The neighbour begins."),
      later("ttl", "TTL over IPv4.", integer(1, 255)),
      later("hoplimit", "Hop limit over IPv6.", integer(1, 255)),
      later("max_hops", "Hops that a packet may have made.", integer(-1, 255)),
      since24(later("multihop", "The neighbour is more than one hop away.")),
      later("weight", "What it adds to the priority.", integer(-253, 253), REVERSE),
      later("vrrp", "Only elections are told."),
      later("checker", "Only checkers are told."),
    ],
  },
];
