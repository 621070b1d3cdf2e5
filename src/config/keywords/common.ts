import { ADDRESS, INTERFACE, NAME, PORT, SWITCH } from "./arguments.ts";
import { type Keyword, later, opening, word } from "./keyword.ts";
import { any, integer, optional, seconds } from "./values.ts";

/** Words that several blocks share, with what they mean in all of them. */

/** A program with its arguments in quotes, and who runs it. */
export const PROGRAM = [any('"PROGRAM ARGUMENTS"'), optional(NAME), optional(NAME)];
const LEAST = 0.000001;

/** keepalived.conf(5): options that virtual servers, real servers and checkers hand down. */
export const INHERITED: readonly Keyword[] = [
  word("retry", "Tries after a first failure before a server is unfit.", integer()),
  word("delay_before_retry", "Time between such tries.", seconds()),
  word("warmup", "The first check comes after a random time up to this.", seconds()),
  word("delay_loop", "Time between two checks.", seconds(LEAST, 1.8e13)),
];

export const CONNECT_TIMEOUT = word(
  "connect_timeout",
  "Time that a check has for an answer.",
  seconds(LEAST),
);

export const ALPHA = word("alpha", "Servers are unfit until a check has passed.", SWITCH);

/** Of all checkers. */
export const CHECK: readonly Keyword[] = [
  ...INHERITED,
  ALPHA,
  word("log_all_failures", "Each failed try is logged, not the last alone.", SWITCH),
];

/** Of checkers that send packets. */
export const CONNECTION: readonly Keyword[] = [
  word("connect_ip", "Where the check goes, if not to the real server's address.", ADDRESS),
  word("connect_port", "The port it goes to, if not the real server's.", PORT),
  word("bindto", "The address it comes from.", ADDRESS),
  word("bind_port", "The port it comes from.", PORT),
  word("bind_if", "The interface it leaves by.", INTERFACE),
  CONNECT_TIMEOUT,
  word("fwmark", "The firewall mark of its packets.", integer()),
];

export const SMTP_ALERT = word("smtp_alert", "Mail is sent when the state changes.", SWITCH);

/** Of vrrp_instance and vrrp_sync_group. */
export const NOTIFY: readonly Keyword[] = [
  word("notify_master", "Program to run on becoming master.", ...PROGRAM),
  word("notify_backup", "Program to run on becoming backup.", ...PROGRAM),
  word("notify_fault", "Program to run on a fault.", ...PROGRAM),
  word("notify_stop", "Program to run when the election stops.", ...PROGRAM),
  word("notify", "Program to run at every change, with kind, name, state, priority.", ...PROGRAM),
  SMTP_ALERT,
  word("notify_priority_changes", "FIFOs are told of changed priorities too.", SWITCH),
];

/** Lists of what is watched; of vrrp_instance and vrrp_sync_group. */
export const TRACKS: readonly Keyword[] = [
  opening(word("track_interface", "Interfaces that must be up, or change the priority.")),
  opening(word("track_script", "Scripts that must succeed, or change the priority.")),
  opening(word("track_file", "Files whose number changes the priority."), "tracked_files"),
  opening(word("track_process", "Processes that must run, or change the priority.")),
  opening(later("track_bfd", "BFD sessions that must be up, or change the priority.")),
];
