import type { Argument, Block } from "./keyword.ts";
import {
  ADDRESS,
  ANY_PORT,
  any,
  choice,
  INTERFACE,
  integer,
  NAME,
  NETWORK,
  optional,
  seconds,
} from "./values.ts";

/** Blocks whose lines do not start with a word of the language. */

const ANYTHING = NAME.value;
const ON: readonly Argument[] = [];
const WEIGHT = (limit: number) => ({
  weight: [integer(-limit, limit)],
  reverse: ON,
  noreverse: ON,
  no_reverse: ON,
});

function list(name: string, line: Block["list"]): Block {
  return { name, words: [], list: line! };
}

export const LISTS: readonly Block[] = [
  list("names", { first: ANYTHING }),
  list("addresses", {
    first: NETWORK,
    options: {
      brd: [any("ADDRESS, + or -")],
      dev: [INTERFACE],
      scope: [any("SCOPE")],
      label: [any("LABEL")],
      peer: [{ value: NETWORK }],
      preferred_lft: [any("SECONDS or forever")],
      track_group: [NAME],
      home: ON,
      "-nodad": ON,
      mngtmpaddr: ON,
      noprefixroute: ON,
      autojoin: ON,
      no_track: ON,
      use_vmac: ON,
    },
  }),
  list("routes", { first: ANYTHING, free: true }),
  list("rules", { first: ANYTHING, free: true }),
  list("peers", {
    first: ADDRESS.value,
    options: { min_ttl: [integer(0, 255)], max_ttl: [integer(0, 255)] },
  }),
  list("track_interface", { first: ANYTHING, options: WEIGHT(253) }),
  list("track_script", { first: ANYTHING, options: WEIGHT(253) }),
  list("tracked_files", { first: ANYTHING, options: WEIGHT(254) }),
  list("track_process", { first: ANYTHING, options: WEIGHT(254) }),
  list("track_bfd", { first: ANYTHING, options: WEIGHT(253) }),
  list("virtual_server_group", { first: ANYTHING, free: true }),
  list("linkbeat_interfaces", {
    first: ANYTHING,
    then: [optional(choice("MII", "ETHTOOL", "IOCTL"))],
  }),
  list("interface_up_down_delays", {
    first: ANYTHING,
    then: [seconds(0, 255), optional(seconds(0, 255))],
  }),
];

/** Of virtual_server: `ADDRESS [PORT]`, `fwmark MARK` or `group NAME`. */
export const VIRTUAL_SERVER_NAME = {
  fwmark: [integer(0)],
  group: [NAME],
  address: [ADDRESS, optional(ANY_PORT)],
} as const;
