import type { NetworkView } from "../../src/state/next-hop.ts";
import { type Rules, type Server, type Service, socketAddress } from "../../src/state/rule.ts";
import { describeFrame } from "../../src/wire/frame.ts";

/** What happens to both data paths, as data: a scenario can be run again with steps left out. */
export type Step =
  | { readonly kind: "network"; readonly network: NetworkView }
  | { readonly kind: "rules"; readonly rules: Rules }
  | { readonly kind: "settings"; readonly settings: Settings }
  | { readonly kind: "marks"; readonly marks: readonly MarkRuleRecord[] }
  | { readonly kind: "packet"; readonly frame: Uint8Array }
  /** Time goes by: all that was seen was seen so much earlier. */
  | { readonly kind: "age"; readonly seconds: number }
  /** Another entry in the buckets of this frame's flow takes on its tag. */
  | { readonly kind: "collide"; readonly frame: Uint8Array }
  | { readonly kind: "sweep"; readonly firstBucket: number; readonly buckets: number };

export interface Settings {
  /** Of the elected addresses: none are, or all; "mixed" is one half held, and the other not. */
  readonly lease: "none" | "held" | "expired" | "never" | "mixed";
  readonly connReuseMode: number;
  readonly sloppyTcp: boolean;
  readonly expireNodestConn: boolean;
  readonly expireQuiescentTemplate: boolean;
  readonly secureTcp: boolean;
  readonly natIcmpSend: boolean;
  readonly pmtuDisc: boolean;
  /** In seconds. */
  readonly lblcrExpiration: number;
}

/** A rule of the table of marks, field by field. */
export interface MarkRuleRecord {
  readonly family: 4 | 6;
  readonly source: string;
  /** Of the 16-byte form. */
  readonly sourcePrefix: number;
  readonly destination: string;
  readonly destinationPrefix: number;
  readonly protocol: number;
  readonly sourcePorts: readonly [number, number];
  readonly destinationPorts: readonly [number, number];
  readonly ifindex: number;
  readonly mark: number;
}

/** The step as the lines of a transcript. */
export function describeStep(step: Step): string[] {
  switch (step.kind) {
    case "network":
      return describeNetwork(step.network);
    case "rules":
      return describeRules(step.rules);
    case "settings": {
      const words = Object.entries(step.settings).map(([name, value]) => `${name} ${value}`);
      return [`settings: ${words.join(", ")}`];
    }
    case "marks":
      return ["marks:", ...step.marks.map((rule) => `  ${JSON.stringify(rule)}`)];
    case "packet":
      return [`packet: ${describeFrame(step.frame)} (${step.frame.length} bytes)`];
    case "age":
      return [`${step.seconds} s go by`];
    case "collide":
      return [`another entry takes on the tag of ${describeFrame(step.frame)}`];
    case "sweep":
      return [`sweep: ${step.buckets} buckets from ${step.firstBucket}`];
  }
}

function describeRules({ services, timeouts }: Rules): string[] {
  const { tcp, tcpFin, udp } = timeouts;
  const lines = [...services.values()].flatMap(describeService);
  return [`rules: --set ${tcp} ${tcpFin} ${udp}`, ...lines.map((line) => `  ${line}`)];
}

function describeService(service: Service): string[] {
  const name = describeId(service.id);
  const { scheduler, schedulerFlags, persistence, onePacket } = service;
  const servers = service.servers.map((server) => `-a ${name} ${describeServer(server)}`);
  const persistent = persistence && ` -p ${persistence.seconds} -M ${persistence.mask}`;
  const flags = schedulerFlags === 0 ? "" : ` flags ${schedulerFlags}`;
  const options = `${persistent ?? ""}${onePacket ? " -o" : ""}${flags}`;
  return [`-A ${name} -s ${scheduler}${options}`, ...servers];
}

function describeId(id: Service["id"]): string {
  if (id.kind === "mark") return `-f ${id.mark}${id.family === 6 ? " -6" : ""}`;
  return `-${id.protocol === "udp" ? "u" : "t"} ${socketAddress(id.address, id.port)}`;
}

function describeServer(server: Server): string {
  const { address, port, method, tunnel, weight, upperThreshold, lowerThreshold } = server;
  const by = tunnel === undefined ? method : `${tunnel.type} ${tunnel.checksum}`;
  const thresholds = `-x ${upperThreshold} -y ${lowerThreshold}`;
  return `-r ${socketAddress(address, port)} by ${by} -w ${weight} ${thresholds}`;
}

function describeNetwork({ links, routes, neighbours }: NetworkView): string[] {
  const lines: string[] = [];
  for (const [index, link] of links) {
    lines.push(`link ${index} ${link.mac} mtu ${link.mtu} ${link.up ? "up" : "down"}`);
  }
  for (const route of routes) {
    const via = route.gateway === undefined ? "" : ` via ${route.gateway}`;
    const words = `route ${route.destination}${via} link ${route.link ?? "none"} mtu ${route.mtu}`;
    lines.push(`${words} type ${route.type} table ${route.table}`);
  }
  for (const [name, neighbour] of neighbours) {
    const word = neighbour.failed ? "failed" : neighbour.usable ? neighbour.mac : "incomplete";
    lines.push(`neighbour ${name} ${word}`);
  }
  return ["network:", ...lines.map((line) => `  ${line}`)];
}
