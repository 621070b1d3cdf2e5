import { ADDRESS, ANY_PORT, NAME } from "./arguments.ts";
import { CHECKER_BLOCKS } from "./checkers.ts";
import { GLOBALS, ROOT_SETTINGS, SSL } from "./globals.ts";
import { VRRP_GLOBALS } from "./globals-vrrp.ts";
import { type Block, type Keyword, later, opening, word } from "./keyword.ts";
import { LISTS } from "./lists.ts";
import { integer, optional } from "./values.ts";
import { VIRTUAL_SERVER_BLOCKS } from "./virtual-server.ts";
import { VRRP_BLOCKS } from "./vrrp.ts";
import { AUTH_HMAC, AUTHENTICATION, VRRP_INSTANCE } from "./vrrp-instance.ts";

/** Name of what stands outside all blocks. */
export const ROOT = "root";

const ROOT_BLOCK: Block = {
  name: ROOT,
  words: [
    opening(word("global_defs", "What is about the whole daemon.")),
    ...ROOT_SETTINGS,
    opening(later("linkbeat_interfaces", "Interfaces whose link is asked.")),
    opening(later("interface_up_down_delays", "How long a link's change waits.")),
    opening(word("static_ipaddress", "Addresses that are always there."), "addresses"),
    opening(word("static_routes", "Routes that are always there."), "routes"),
    opening(later("static_rules", "Routing rules that are always there."), "rules"),
    opening(later("track_group", "Instances that track static addresses.", NAME)),
    opening(word("track_file", "A file with a number.", NAME)),
    opening(word("vrrp_track_file", "A file with a number.", NAME), "track_file"),
    opening(word("vrrp_track_process", "Processes that are counted.", NAME)),
    opening(word("vrrp_script", "A program that says whether all is well.", NAME)),
    opening(word("vrrp_sync_group", "Instances that move together.", NAME)),
    opening(word("garp_group", "Limits of gratuitous ARP for interfaces.")),
    opening(word("vrrp_instance", "An election for addresses.", NAME)),
    opening(later("bfd_instance", "A BFD session.", NAME)),
    opening(word("virtual_server_group", "Addresses with the same servers.", NAME)),
    {
      ...opening(word("virtual_server", "A service.", ADDRESS, optional(ANY_PORT))),
      forms: { fwmark: [integer(1)], group: [NAME] },
    },
    opening(later("SSL", "Certificates of SSL_GET.")),
  ],
};

/** All words of keepalived.conf, by block. */
export const BLOCKS: ReadonlyMap<string, Block> = new Map(
  [
    ROOT_BLOCK,
    { name: "global_defs", words: [...GLOBALS, ...VRRP_GLOBALS] },
    VRRP_INSTANCE,
    AUTHENTICATION,
    AUTH_HMAC,
    ...VRRP_BLOCKS,
    ...VIRTUAL_SERVER_BLOCKS,
    ...CHECKER_BLOCKS,
    { name: "SSL", words: SSL },
    ...LISTS,
  ].map((block) => [block.name, block]),
);

const BY_NAME: ReadonlyMap<string, ReadonlyMap<string, Keyword>> = new Map(
  [...BLOCKS].map(([name, { words }]) => [
    name,
    new Map(words.map((keyword) => [keyword.name, keyword])),
  ]),
);

/** A word as a block knows it; undefined for one that it does not know. */
export function keywordIn(block: string | undefined, name: string): Keyword | undefined {
  return block === undefined ? undefined : BY_NAME.get(block)?.get(name);
}

/** Blocks that know a word, in the table's order. */
export function blocksWith(name: string): readonly string[] {
  return [...BY_NAME].filter(([, words]) => words.has(name)).map(([block]) => block);
}
