import type { RealServerSettings } from "../../health/settings.ts";
import { canonicalAddress, type Family, familyOf } from "../../wire/address.ts";
import type { Statement } from "../tree.ts";
import { type Block, integerOf, switchOf } from "./block.ts";
import { readChecks } from "./checkers.ts";
import type { Findings } from "./findings.ts";
import type { Defaults } from "./globals.ts";
import { type Inherited, inherit } from "./inherited.ts";
import { type Method, methodOf } from "./method.ts";
import { notifierOf } from "./program.ts";
import type { Trackables } from "./track.ts";
import { readInteger } from "./values.ts";

/** The virtual server that real servers are read for. */
export interface RealServerSurroundings {
  /** How findings name the virtual server. */
  readonly title: string;
  /** Undefined where only the real servers can tell: a firewall mark. */
  readonly family: Family | undefined;
  /** Undefined where the services of a group differ. */
  readonly port: number | undefined;
  readonly byMark: boolean;
  readonly method: Method;
  readonly weight: number;
  readonly inherited: Inherited;
  readonly defaults: Defaults;
  readonly trackables: Trackables;
}

/** IPVS's weights and thresholds (keepalived.conf(5), weight). */
export const WEIGHT_MAX = 0x7fff_ffff;
const THRESHOLD_MAX = 0xffff_ffff;

/** A real_server block; undefined where keepalived would skip it. */
export function readRealServer(
  statement: Statement,
  surroundings: RealServerSurroundings,
  findings: Findings,
): RealServerSettings | undefined {
  const { block = [] } = statement;
  const [addressWord, portWord] = statement.arguments;
  const { title, family, defaults, trackables } = surroundings;
  const address = canonicalAddress(addressWord?.text ?? "");
  const written = portWord === undefined ? 0 : readInteger(portWord.text, 0, 65535);
  if (addressWord === undefined || address === undefined || written === undefined) return undefined;
  const method = methodOf(block, ["lvs_method"]) ?? surroundings.method;
  // Tunnels may lead to the other family (keepalived.conf(5), LVS CONFIGURATION).
  if (family !== undefined && familyOf(address) !== family && method.method !== "tun") {
    findings.warn(
      "SERVER_FAMILY",
      addressWord,
      `real_server ${address} is IPv${familyOf(address)}, and ${title} is IPv${family}.`,
      "Use an address of that family, or `lvs_method TUN`; until then it is left out.",
    );
    return undefined;
  }
  const own = inherit(block, surroundings.inherited);
  const notifyUp = notifierOf(block, "notify_up");
  const notifyDown = notifierOf(block, "notify_down");
  return {
    address,
    port: portOf(statement, written, method, surroundings, findings),
    ...method,
    weight: integerOf(block, "weight", 0, WEIGHT_MAX) ?? surroundings.weight,
    ...readThresholds(block),
    checks: readChecks(
      block,
      {
        address,
        // A check goes to the port that is written, whatever port packets are sent to.
        port: written === 0 ? (surroundings.port ?? 0) : written,
        inherited: own,
        trackables,
        logsAllFailures: defaults.logsAllFailures,
      },
      findings,
    ),
    inhibitOnFailure: own.inhibitOnFailure ?? false,
    alpha: own.alpha ?? false,
    ...(notifyUp === undefined ? {} : { notifyUp }),
    ...(notifyDown === undefined ? {} : { notifyDown }),
    mails: switchOf(block, "smtp_alert") ?? defaults.mails.real,
  };
}

function readThresholds(
  block: Block,
): Pick<RealServerSettings, "upperThreshold" | "lowerThreshold"> {
  return {
    upperThreshold: integerOf(block, "uthreshold", 0, THRESHOLD_MAX) ?? 0,
    lowerThreshold: integerOf(block, "lthreshold", 0, THRESHOLD_MAX) ?? 0,
  };
}

/** DR and TUN do not touch ports, so that a server's can only be its service's. */
function portOf(
  { arguments: [addressWord, portWord] }: Statement,
  written: number,
  { method }: Method,
  { title, port, byMark }: RealServerSurroundings,
  findings: Findings,
): number {
  if (byMark) return method === "nat" ? written : 0;
  if (port === undefined || written === port) return written;
  if (portWord !== undefined && method === "nat") return written;
  findings.warn(
    portWord === undefined ? "SERVER_WITHOUT_PORT" : "SERVER_PORT",
    portWord ?? addressWord!,
    portWord === undefined
      ? `real_server ${addressWord!.text} has no port.`
      : `real_server ${addressWord!.text} has port ${written}, and ${title} port ${port}.`,
    portWord === undefined
      ? `Write it after the address; until then it is ${port}, as of ${title}.`
      : `DR and TUN cannot change ports: use ${port}, which is what counts, or \`lvs_method NAT\`.`,
  );
  return port;
}
