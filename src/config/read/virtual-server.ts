import type {
  RealServerSettings,
  SorryServerSettings,
  VirtualServerSettings,
} from "../../health/settings.ts";
import type { Protocol, ServiceOptions } from "../../state/rule.ts";
import { canonicalAddress, type Family, familyOf } from "../../wire/address.ts";
import type { Statement, Word } from "../tree.ts";
import { type Block, has, integerOf, lastOf, statementsOf, switchOf, textOf } from "./block.ts";
import type { Findings } from "./findings.ts";
import type { Defaults } from "./globals.ts";
import { inherit } from "./inherited.ts";
import { type Method, methodOf } from "./method.ts";
import { readPersistence } from "./persistence.ts";
import { notifierOf } from "./program.ts";
import { type RealServerSurroundings, readRealServer, WEIGHT_MAX } from "./real-server.ts";
import { readScheduler } from "./scheduler.ts";
import type { Trackables } from "./track.ts";
import { readInteger } from "./values.ts";
import {
  familyOfEntries,
  type GroupEntry,
  readFamily,
  servicesOf,
} from "./virtual-server-group.ts";
import { type Named, readName } from "./virtual-server-name.ts";

/** What virtual servers are read against. */
export interface VirtualServerSurroundings {
  readonly groups: ReadonlyMap<string, readonly GroupEntry[]>;
  readonly defaults: Defaults;
  readonly trackables: Trackables;
}

const METHOD = ["lb_kind", "lvs_method"];
const QUORUM_MAX = 0xffff_ffff;
const PROTOCOLS: Readonly<Record<string, Protocol>> = { TCP: "tcp", UDP: "udp", SCTP: "sctp" };

/** A virtual_server; undefined where keepalived would skip it. */
export function readVirtualServer(
  statement: Statement,
  surroundings: VirtualServerSurroundings,
  findings: Findings,
): VirtualServerSettings | undefined {
  const { block = [] } = statement;
  const named = readName(statement, surroundings.groups, findings);
  if (named === undefined) return undefined;
  const { title, word } = named;
  if (!has(block, "real_server")) return withoutServers(named, findings);
  const method = readDefaultMethod(block, named, findings);
  const inherited = inherit(block, {});
  const mails = switchOf(block, "smtp_alert");
  const { defaults, trackables } = surroundings;
  const servers = readServers(
    block,
    {
      title: `virtual_server ${title}`,
      family: named.kind === "mark" ? undefined : familyOfEntries(named.entries),
      port: named.kind === "address" ? portOf(named) : undefined,
      byMark: named.kind === "mark",
      method,
      weight: integerOf(block, "weight", 0, WEIGHT_MAX) ?? 1,
      inherited,
      defaults,
      trackables,
    },
    findings,
  );
  // Those that cannot be have findings of their own.
  if (servers.length === 0) return undefined;
  const family = readServiceFamily(block, named, servers);
  const protocol = readProtocol(block, named, findings);
  const quorumUp = notifierOf(block, "quorum_up");
  const quorumDown = notifierOf(block, "quorum_down");
  const sorryServer = readSorryServer(block, family, portOf(named), method, findings);
  return {
    services: servicesOf(named.entries, protocol, family),
    title,
    ...readOptions(block, named, protocol, family, findings),
    servers,
    ...(sorryServer === undefined ? {} : { sorryServer }),
    ...readQuorum(block, word, title, servers, findings),
    ...(quorumUp === undefined ? {} : { quorumUp }),
    ...(quorumDown === undefined ? {} : { quorumDown }),
    alpha: inherited.alpha ?? false,
    omega: has(block, "omega"),
    haSuspend: has(block, "ha_suspend"),
    mails: mails ?? defaults.mails.virtual,
  };
}

function withoutServers({ title, word }: Named, findings: Findings): undefined {
  findings.warn(
    "VIRTUAL_SERVER_WITHOUT_SERVERS",
    word,
    `virtual_server ${title} has no real server.`,
    "Add a real_server block; until then the virtual server does not exist.",
  );
  return undefined;
}

function readDefaultMethod(block: Block, { title, word }: Named, findings: Findings): Method {
  if (!has(block, METHOD)) {
    findings.warn(
      "METHOD_MISSING",
      word,
      `virtual_server ${title} has no forwarding method.`,
      "Add a line `lvs_method DR`, NAT or TUN; without one it is NAT.",
    );
  }
  return methodOf(block, METHOD) ?? { method: "nat" };
}

/** The port of a virtual server that names one; 0 for marks and groups. */
function portOf({ entries: [entry], kind }: Named): number {
  return kind === "address" && entry?.kind === "addresses" ? entry.port : 0;
}

function readServers(
  block: Block,
  surroundings: RealServerSurroundings,
  findings: Findings,
): readonly RealServerSettings[] {
  const servers: RealServerSettings[] = [];
  for (const line of statementsOf(block, "real_server")) {
    // The servers of a mark are all of the family of the first.
    const family = surroundings.family ?? familyOf(servers[0]?.address ?? "");
    const server = readRealServer(line, { ...surroundings, family }, findings);
    if (server === undefined) continue;
    if (servers.some(({ address, port }) => address === server.address && port === server.port)) {
      findings.warn(
        "DUPLICATE_SERVER",
        line.arguments[0]!,
        `${surroundings.title} has real_server ${server.address} ${server.port} twice.`,
        "Take one out; the first counts.",
      );
    } else servers.push(server);
  }
  return servers;
}

function readServiceFamily(
  block: Block,
  { entries }: Named,
  servers: readonly RealServerSettings[],
): Family {
  const own = lastOf(block, "ip_family", ({ arguments: [word] }) => readFamily(word?.text));
  return familyOfEntries(entries) ?? own ?? familyOf(servers[0]!.address) ?? 4;
}

/** keepalived takes UDP where no protocol is given. A mark belongs to no protocol. */
function readProtocol(block: Block, { title, word, entries }: Named, findings: Findings): Protocol {
  const protocol = lastOf(
    block,
    "protocol",
    ({ arguments: [name] }) => PROTOCOLS[name?.text.toUpperCase() ?? ""],
  );
  if (protocol !== undefined) return protocol;
  if (!has(block, "protocol") && entries.some(({ kind }) => kind === "addresses")) {
    findings.warn(
      "PROTOCOL_MISSING",
      word,
      `virtual_server ${title} has no protocol.`,
      "Add a line `protocol TCP`, UDP or SCTP; without one it is UDP.",
    );
  }
  return "udp";
}

function readOptions(
  block: Block,
  named: Named,
  protocol: Protocol,
  family: Family,
  findings: Findings,
): ServiceOptions {
  const { title, word } = named;
  const engine = textOf(block, "persistence_engine");
  const portless = named.kind === "address" && portOf(named) === 0;
  const persistence = readPersistence(block, family, portless, title, word, findings);
  const ops = statementsOf(block, "ops").at(-1);
  const onePacket = ops !== undefined && (protocol === "udp" || named.kind === "mark");
  if (ops !== undefined && !onePacket) {
    findings.warn(
      "OPS_WITHOUT_UDP",
      ops.keyword,
      `virtual_server ${title} has ops, which is for UDP.`,
      "Take it out, or use `protocol UDP`; until then it does not count.",
    );
  }
  return {
    ...readScheduler(block, title, word, findings),
    ...(persistence === undefined ? {} : { persistence }),
    ...(engine === undefined ? {} : { engine }),
    onePacket,
  };
}

/** A quorum that all servers together could not reach is what they could. */
function readQuorum(
  block: Block,
  word: Word,
  title: string,
  servers: readonly RealServerSettings[],
  findings: Findings,
): Pick<VirtualServerSettings, "quorum" | "hysteresis"> {
  const wanted = integerOf(block, "quorum", 1, QUORUM_MAX) ?? 1;
  const total = servers.reduce((sum, { weight }) => sum + weight, 0);
  const quorum = Math.min(wanted, total);
  if (quorum < wanted) {
    findings.warn(
      "QUORUM_OUT_OF_REACH",
      statementsOf(block, "quorum").at(-1)?.keyword ?? word,
      `virtual_server ${title} needs a quorum of ${wanted}, and all its weights come to ${total}.`,
      `Use a quorum of ${total} at most, which is what counts, or larger weights.`,
    );
  }
  const hysteresis = integerOf(block, "hysteresis", 0, QUORUM_MAX) ?? 0;
  // Quorum less hysteresis is where it is lost, which nothing could be below 1.
  const kept = Math.max(0, Math.min(hysteresis, quorum - 1));
  if (kept < hysteresis) {
    findings.warn(
      "HYSTERESIS",
      statementsOf(block, "hysteresis").at(-1)!.keyword,
      `virtual_server ${title} has hysteresis ${hysteresis}; its quorum ${quorum} must exceed it.`,
      `Use ${kept} at most, which is what counts.`,
    );
  }
  return { quorum, hysteresis: kept };
}

function readSorryServer(
  block: Block,
  family: Family,
  servicePort: number,
  fallback: Method,
  findings: Findings,
): SorryServerSettings | undefined {
  const [addressWord, portWord] = statementsOf(block, "sorry_server").at(-1)?.arguments ?? [];
  const address = canonicalAddress(addressWord?.text ?? "");
  if (addressWord === undefined || address === undefined) return undefined;
  const method = methodOf(block, ["sorry_server_lvs_method"]) ?? fallback;
  if (familyOf(address) !== family && method.method !== "tun") {
    findings.warn(
      "SERVER_FAMILY",
      addressWord,
      `sorry_server ${address} is IPv${familyOf(address)}, and its virtual server IPv${family}.`,
      "Use an address of that family; until then there is no sorry server.",
    );
    return undefined;
  }
  const port = portWord === undefined ? undefined : readInteger(portWord.text, 0, 65535);
  return {
    address,
    port: method.method === "nat" ? (port ?? servicePort) : servicePort,
    ...method,
    inhibits: has(block, "sorry_server_inhibit"),
  };
}
