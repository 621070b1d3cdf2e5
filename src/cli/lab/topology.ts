import { failure, type Result, success } from "../../base/fault.ts";
import type { LabHost, Role } from "./host.ts";
import { DR } from "./topologies/dr.ts";
import { HA } from "./topologies/ha.ts";
import { overIpv6 } from "./topologies/ipv6.ts";
import { NAT } from "./topologies/nat.ts";
import { tunnelledBy } from "./topologies/tun.ts";

/** A network that a lab builds: hosts on a switch, each in a network namespace of its own. */
export interface Topology {
  /** Key of TOPOLOGIES: "dr", "tun-gre-ipv6". */
  readonly kind: string;
  readonly title: string;
  readonly method: "dr" | "nat" | "tun";
  readonly vip: string;
  /** Of the service; and of the real servers' own web servers. */
  readonly port: number;
  readonly serverPort: number;
  /** Of the method tun. */
  readonly tunnel?: Tunnel;
  /** Whether its directors elect the holder of the VIP, and take all from a configuration file. */
  readonly elects?: boolean;
  readonly hosts: readonly LabHost[];
  readonly drawing: string;
}

/** As `ipvsadm --tun-type` has them. */
export type Tunnel = "ipip" | "gre" | "gue";
export const TUNNELS: readonly Tunnel[] = ["ipip", "gre", "gue"];
/** UDP port of GUE, as IANA has it. */
export const GUE_PORT = 6080;

/** The namespace of the switch, beside those of the hosts. */
export const SWITCH = "switch";

/** What `weir lab up` takes; the rest are variants of these. */
export const KINDS: readonly string[] = ["dr", "nat", "tun", "ha"];

const PLAIN: readonly Topology[] = [DR, NAT, HA, ...TUNNELS.map(tunnelledBy)];

export const TOPOLOGIES: ReadonlyMap<string, Topology> = new Map(
  [...PLAIN, ...PLAIN.map(overIpv6)].map((topology) => [topology.kind, topology]),
);

/**
 * The network that a person asks for.
 *
 * Faults: UNKNOWN_LAB, NO_TUNNEL where a tunnel is asked for that there is not.
 */
export function findTopology(
  kind: string,
  variant: { readonly ipv6: boolean; readonly tunnel: string | undefined },
): Result<Topology> {
  if (!KINDS.includes(kind)) {
    const fix = `the kinds are ${KINDS.join(", ")}`;
    return failure("UNKNOWN_LAB", `There is no lab of the kind "${kind}"`, fix);
  }
  const { tunnel } = variant;
  if (tunnel !== undefined && (kind !== "tun" || !TUNNELS.some((known) => known === tunnel))) {
    const fix = `the lab "tun" has ${TUNNELS.join(", ")}`;
    return failure("NO_TUNNEL", `There are no tunnels "${tunnel}" in the lab "${kind}"`, fix);
  }
  const words = [kind, tunnel === "ipip" ? undefined : tunnel, variant.ipv6 ? "ipv6" : undefined];
  return success(TOPOLOGIES.get(words.filter((word) => word !== undefined).join("-"))!);
}

export function hostsOf(topology: Topology, role: Role): readonly LabHost[] {
  return topology.hosts.filter((host) => host.role === role);
}
