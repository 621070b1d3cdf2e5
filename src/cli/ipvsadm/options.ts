/** The words that name an option in ipvsadm's messages, in the order in which it checks them. */
export const OPTION_NAMES = [
  "numeric",
  "connection",
  "service-address",
  "scheduler",
  "persistent",
  "netmask",
  "real-server",
  "forwarding-method",
  "weight",
  "u-threshold",
  "l-threshold",
  "mcast-interface",
  "timeout",
  "daemon",
  "stats",
  "rate",
  "thresholds",
  "persistent-conn",
  "nosort",
  "syncid",
  "exact",
  "ops",
  "pe",
  "sched-flags",
  "mcast-group",
  "mcast-port",
  "mcast-ttl",
  "sync-maxlen",
  "tun-info",
  "tun-type",
  "tun-port",
  "tun-nocsum",
  "tun-csum",
  "tun-remcsum",
  "json",
] as const;

export type OptionName = (typeof OPTION_NAMES)[number];

/** The words that name a command in its messages. */
export type CommandName =
  | "add-service"
  | "edit-service"
  | "delete-service"
  | "flush"
  | "list"
  | "add-server"
  | "delete-server"
  | "edit-server"
  | "set"
  | "start-daemon"
  | "stop-daemon"
  | "restore"
  | "save"
  | "zero"
  | "help"
  | "version";

/**
 * One word of the command line: a command, an option, or a word that is taken and counts nowhere.
 */
export interface Word {
  readonly long: string;
  readonly short?: string;
  readonly value: "none" | "required" | "optional";
  readonly command?: CommandName;
  readonly option?: OptionName;
}

function command(name: CommandName, long: string, short?: string, value: Word["value"] = "none") {
  return { long, value, command: name, ...(short === undefined ? {} : { short }) } satisfies Word;
}

function flag(option: OptionName, long: string, short?: string): Word {
  return { long, value: "none", option, ...(short === undefined ? {} : { short }) };
}

function valued(option: OptionName, long: string, short?: string): Word {
  return { ...flag(option, long, short), value: "required" };
}

/** Every word that ipvsadm 1.31 knows, and --json, which is Weir's. */
export const WORDS: readonly Word[] = [
  command("add-service", "add-service", "A"),
  command("edit-service", "edit-service", "E"),
  command("delete-service", "delete-service", "D"),
  command("flush", "clear", "C"),
  command("list", "list", "L"),
  command("list", "list", "l"),
  command("zero", "zero", "Z"),
  command("add-server", "add-server", "a"),
  command("edit-server", "edit-server", "e"),
  command("delete-server", "delete-server", "d"),
  command("restore", "restore", "R"),
  command("save", "save", "S"),
  command("set", "set"),
  command("start-daemon", "start-daemon", undefined, "required"),
  command("stop-daemon", "stop-daemon", undefined, "required"),
  command("help", "help", "h"),
  command("version", "version", "v"),
  valued("service-address", "tcp-service", "t"),
  valued("service-address", "udp-service", "u"),
  valued("service-address", "sctp-service"),
  valued("service-address", "fwmark-service", "f"),
  { long: "ipv6", short: "6", value: "none" },
  valued("scheduler", "scheduler", "s"),
  { ...valued("persistent", "persistent", "p"), value: "optional" },
  valued("netmask", "netmask", "M"),
  valued("pe", "pe"),
  valued("sched-flags", "sched-flags", "b"),
  flag("ops", "ops", "o"),
  valued("real-server", "real-server", "r"),
  flag("forwarding-method", "masquerading", "m"),
  flag("forwarding-method", "ipip", "i"),
  flag("forwarding-method", "gatewaying", "g"),
  valued("weight", "weight", "w"),
  valued("u-threshold", "u-threshold", "x"),
  valued("l-threshold", "l-threshold", "y"),
  valued("tun-type", "tun-type"),
  valued("tun-port", "tun-port"),
  flag("tun-nocsum", "tun-nocsum"),
  flag("tun-csum", "tun-csum"),
  flag("tun-remcsum", "tun-remcsum"),
  flag("numeric", "numeric", "n"),
  flag("connection", "connection", "c"),
  flag("timeout", "timeout"),
  flag("daemon", "daemon"),
  flag("stats", "stats"),
  flag("rate", "rate"),
  flag("thresholds", "thresholds"),
  flag("persistent-conn", "persistent-conn"),
  flag("tun-info", "tun-info"),
  flag("nosort", "nosort"),
  { long: "sort", value: "none" },
  flag("exact", "exact", "X"),
  flag("json", "json"),
  valued("mcast-interface", "mcast-interface"),
  valued("syncid", "syncid"),
  valued("sync-maxlen", "sync-maxlen"),
  valued("mcast-group", "mcast-group"),
  valued("mcast-port", "mcast-port"),
  valued("mcast-ttl", "mcast-ttl"),
];
