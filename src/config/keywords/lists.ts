import { ADDRESS, ANY_PORT, INTERFACE, NAME, NETWORK } from "./arguments.ts";
import type { Argument, Block } from "./keyword.ts";
import { any, choice, integer, many, optional, pattern, seconds } from "./values.ts";

/** Blocks whose lines do not start with a word of the language. */

/** `192.168.1.1-20`, `192.168.1.1-192.168.1.20`, `192.168.1.0/28`. */
const RANGE = pattern(
  /^[\da-fA-F.:]*[.:][\da-fA-F.:]*(?:-[\da-fA-F.:]+|\/\d{1,3})?$/,
  "an address or a range of addresses",
);
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
  list("names", { arguments: [NAME] }),
  list("addresses", {
    arguments: [{ value: NETWORK }],
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
  list("routes", { arguments: [NAME, optional(many(NAME))] }),
  list("rules", { arguments: [NAME, optional(many(NAME))] }),
  list("peers", {
    arguments: [ADDRESS],
    options: { min_ttl: [integer(0, 255)], max_ttl: [integer(0, 255)] },
  }),
  list("track_interface", { arguments: [NAME], options: WEIGHT(253) }),
  list("track_script", { arguments: [NAME], options: WEIGHT(253) }),
  list("tracked_files", { arguments: [NAME], options: WEIGHT(254) }),
  list("track_process", { arguments: [NAME], options: WEIGHT(254) }),
  list("track_bfd", { arguments: [NAME], options: WEIGHT(253) }),
  list("virtual_server_group", {
    arguments: [RANGE, optional(ANY_PORT)],
    forms: { fwmark: [integer(1), optional(choice("inet", "inet6"))] },
  }),
  list("linkbeat_interfaces", {
    arguments: [NAME, optional(choice("MII", "ETHTOOL", "IOCTL"))],
  }),
  list("interface_up_down_delays", {
    arguments: [NAME, seconds(0, 255), optional(seconds(0, 255))],
  }),
];
