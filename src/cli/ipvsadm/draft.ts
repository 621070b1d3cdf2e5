import { failure, type Result, success } from "../../base/fault.ts";
import type { ForwardingMethod, Protocol, Timeouts, Tunnel } from "../../state/rule.ts";
import type { CommandName, OptionName } from "./options.ts";
import type { DaemonRole } from "./request.ts";

/**
 * What has been read of a command line so far. Options act in their order, as in ipvsadm: -r takes
 * the port of the service named before it, -6 changes the service of the -f before it.
 */
export interface Draft {
  readonly command: CommandName;
  readonly used: Set<OptionName>;
  /** Of -t, -u and --sctp-service; -f counts as TCP when ports are looked up by name. */
  protocol?: Protocol;
  family?: 4 | 6;
  address: string;
  port: number;
  mark: number;
  scheduler: string;
  schedulerFlags?: string;
  seconds?: number;
  mask: string;
  engine?: string;
  onePacket: boolean;
  server?: { readonly address: string; readonly family: 4 | 6; readonly port: number };
  method: ForwardingMethod;
  weight: number;
  upperThreshold: number;
  lowerThreshold: number;
  tunnelType: Tunnel["type"];
  tunnelPort: number;
  timeouts?: Timeouts;
  role?: DaemonRole;
}

/** ipvsadm's defaults: direct routing, weight 1, clients told apart by their whole address. */
export function newDraft(command: CommandName): Draft {
  return {
    command,
    used: new Set(),
    address: "0.0.0.0",
    port: 0,
    mark: 0,
    scheduler: "",
    mask: "255.255.255.255",
    onePacket: false,
    method: "dr",
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    tunnelType: "ipip",
    tunnelPort: 0,
  };
}

/** Fault: USAGE when the option was given before. */
export function useOption(draft: Draft, option: OptionName): Result<true> {
  if (draft.used.has(option)) return failure("USAGE", `multiple '${option}' options specified`);
  draft.used.add(option);
  return success(true);
}
