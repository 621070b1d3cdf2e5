import { failure, type Result, success } from "../../base/fault.ts";
import { type CommandName, OPTION_NAMES, type OptionName } from "./options.ts";

/** What a command needs, takes, and takes one of at most; everything else is illegal with it. */
interface Legality {
  readonly needs?: readonly OptionName[];
  readonly takes?: readonly OptionName[];
  readonly oneOf?: readonly OptionName[];
}

const SERVICE_OPTIONS: Legality = {
  needs: ["service-address"],
  takes: ["scheduler", "persistent", "netmask", "ops", "pe", "sched-flags"],
};

const SERVER_OPTIONS: Legality = {
  needs: ["service-address", "real-server"],
  takes: [
    "forwarding-method",
    "weight",
    "u-threshold",
    "l-threshold",
    "tun-type",
    "tun-port",
    "tun-nocsum",
    "tun-csum",
    "tun-remcsum",
  ],
};

/**
 * ipvsadm(8): which options go with which command. -L and --stop-daemon take --syncid and ignore
 * it.
 */
const COMMANDS: Record<CommandName, Legality> = {
  "add-service": SERVICE_OPTIONS,
  "edit-service": SERVICE_OPTIONS,
  "delete-service": { needs: ["service-address"] },
  flush: {},
  list: {
    oneOf: ["connection", "service-address", "timeout", "daemon"],
    takes: [
      "numeric",
      "stats",
      "rate",
      "thresholds",
      "persistent-conn",
      "nosort",
      "syncid",
      "exact",
      "tun-info",
      "json",
    ],
  },
  "add-server": SERVER_OPTIONS,
  "delete-server": { needs: ["service-address", "real-server"] },
  "edit-server": SERVER_OPTIONS,
  set: {},
  "start-daemon": {
    takes: ["mcast-interface", "syncid", "mcast-group", "mcast-port", "mcast-ttl", "sync-maxlen"],
  },
  "stop-daemon": { takes: ["syncid"] },
  restore: {},
  save: { takes: ["numeric"] },
  zero: { takes: ["service-address"] },
  help: {},
  version: {},
};

/** The same for tunnel types; "tun-type" itself goes with all. */
const TUNNELS: Record<string, Legality> = {
  ipip: {},
  gue: { needs: ["tun-port"], oneOf: ["tun-nocsum", "tun-csum", "tun-remcsum"] },
  gre: { oneOf: ["tun-nocsum", "tun-csum"] },
};

const TUNNEL_OPTIONS: readonly OptionName[] = ["tun-port", "tun-nocsum", "tun-csum", "tun-remcsum"];

/** Fault: USAGE, naming the first option that is missing, illegal or in conflict. */
export function checkCommand(name: CommandName, used: ReadonlySet<OptionName>): Result<true> {
  return check(COMMANDS[name], OPTION_NAMES, used, `'${name}' command`);
}

/** The same for what the tunnel type of -a or -e goes with. */
export function checkTunnel(type: string, used: ReadonlySet<OptionName>): Result<true> {
  return check(TUNNELS[type] ?? {}, TUNNEL_OPTIONS, used, `'${type}' tunnel type`);
}

function check(
  legality: Legality,
  options: readonly OptionName[],
  used: ReadonlySet<OptionName>,
  where: string,
): Result<true> {
  let first: OptionName | undefined;
  for (const option of options) {
    if (!used.has(option)) {
      if (!legality.needs?.includes(option)) continue;
      return failure("USAGE", `You need to supply the '${option}' option for the ${where}`);
    }
    if (legality.needs?.includes(option) || legality.takes?.includes(option)) continue;
    if (!legality.oneOf?.includes(option)) {
      return failure("USAGE", `Illegal '${option}' option with the ${where}`);
    }
    if (first !== undefined) {
      const others = `the '${first}' option in the ${where}`;
      return failure("USAGE", `The option '${option}' conflicts with ${others}`);
    }
    first = option;
  }
  return success(true);
}
