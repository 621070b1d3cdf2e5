import type { InstanceSettings, UnicastPeer } from "../../cluster/settings.ts";
import { canonicalAddress, type Family, familyOf } from "../../wire/address.ts";
import type { Word } from "../tree.ts";
import {
  addressOf,
  type Block,
  integerOf,
  lastOf,
  linesOf,
  statementsOf,
  switchOf,
} from "./block.ts";
import type { Findings } from "./findings.ts";
import { readInteger } from "./values.ts";
import { linesOfFamily } from "./virtual-addresses.ts";

/** The words for the address that advertisements come from. */
export const SOURCE: readonly string[] = ["unicast_src_ip", "mcast_src_ip"];

const PEERS = "unicast_peer";
const UNICAST = ["unicast_src_ip", "unicast_ttl", PEERS];

type Unicast = Pick<
  InstanceSettings,
  "source" | "peers" | "checkUnicastSource" | "unicastTtl" | "group"
>;

/** Where advertisements come from and go to: peers one by one, or a group. */
export function readUnicast(
  block: Block,
  name: Word,
  family: Family,
  fallback: { readonly group: string | undefined; readonly checks: boolean },
  findings: Findings,
): Unicast {
  const source = readSource(block, name, family, findings);
  const title = `vrrp_instance ${name.text}`;
  const written = linesOf(block, PEERS);
  const lines = linesOfFamily(written, family, title, "Take it out", findings);
  const peers = lines.flatMap(({ keyword, arguments: words }) => readPeer(keyword, words) ?? []);
  const unicast = statementsOf(block, UNICAST)[0];
  if (unicast !== undefined && written.length === 0) {
    findings.warn(
      "UNICAST_WITHOUT_PEERS",
      unicast.keyword,
      `${title} is meant for unicast, but has no peer to send to.`,
      "Add a unicast_peer block with the other routers; until then it uses multicast.",
    );
  }
  return {
    ...(source === undefined ? {} : { source }),
    peers,
    checkUnicastSource:
      (switchOf(block, "check_unicast_src") ?? fallback.checks) || peers.some(limitsTtl),
    unicastTtl: integerOf(block, "unicast_ttl", 0, 255) ?? 255,
    group: readGroup(block, family, fallback.group),
  };
}

function readSource(
  block: Block,
  name: Word,
  family: Family,
  findings: Findings,
): string | undefined {
  const source = addressOf(block, SOURCE);
  if (source === undefined || familyOf(source) === family) return source;
  findings.warn(
    "ADDRESS_FAMILY",
    statementsOf(block, SOURCE).at(-1)!.arguments[0]!,
    `${source} is IPv${familyOf(source)}, and vrrp_instance ${name.text} is of IPv${family}.`,
    "Use an address of its family; until then it is the interface's own.",
  );
  return undefined;
}

/** `ADDRESS [min_ttl N] [max_ttl N]` */
function readPeer(word: Word, options: readonly Word[]): UnicastPeer | undefined {
  const address = canonicalAddress(word.text);
  if (address === undefined) return undefined;
  const limit = (name: string): number | undefined => {
    const at = options.findIndex(({ text }) => text === name);
    return at < 0 ? undefined : readInteger(options[at + 1]?.text ?? "", 0, 255);
  };
  const [minTtl, maxTtl] = [limit("min_ttl"), limit("max_ttl")];
  return {
    address,
    ...(minTtl === undefined ? {} : { minTtl }),
    ...(maxTtl === undefined ? {} : { maxTtl }),
  };
}

function limitsTtl(peer: UnicastPeer): boolean {
  return peer.minTtl !== undefined || peer.maxTtl !== undefined;
}

/** IANA's groups for VRRP: RFC 9568 section 5.1.1.2 and 5.1.2.2. */
const GROUPS: Record<Family, string> = { 4: "224.0.0.18", 6: "ff02::12" };

function readGroup(block: Block, family: Family, fallback: string | undefined): string {
  const own = lastOf(block, "mcast_dst_ip", ({ arguments: [word] }) =>
    multicast(word?.text, family),
  );
  return own ?? multicast(fallback, family) ?? GROUPS[family];
}

function multicast(text: string | undefined, family: Family): string | undefined {
  const address = canonicalAddress(text ?? "");
  if (address === undefined || familyOf(address) !== family) return undefined;
  if (family === 6) return address.startsWith("ff") ? address : undefined;
  const [first] = address.split(".", 1).map(Number);
  return first! >= 224 && first! <= 239 ? address : undefined;
}
