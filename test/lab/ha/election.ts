import { writeFileSync } from "node:fs";
import type { ElectionFile } from "../../../src/cli/lab/election-file.ts";
import { LAB_FOLDER } from "../../../src/cli/lab/names.ts";
import { hostsOf, type Topology } from "../../../src/cli/lab/topology.ts";
import { type DirectorName, MASTER } from "./ha-lab.ts";

/** How an election is set up, as keepalived.conf(5) has it. */
export interface Election {
  readonly version: 2 | 3;
  /** Seconds; VRRPv3 takes hundredths. */
  readonly interval: number;
  readonly priorities?: Readonly<Record<DirectorName, number>>;
  /** Lines of the instance beyond these, by director or for both. */
  readonly more?: Partial<Record<DirectorName | "both", readonly string[]>>;
  /** Both begin as BACKUP, which nopreempt asks for. */
  readonly backups?: boolean;
  /** Whether the file has the virtual server too. */
  readonly serves?: boolean;
  /** Its real servers by address, with their weights; those of the lab without, of weight 1. */
  readonly servers?: Readonly<Record<string, number>>;
  /** Virtual addresses beside the lab's own. */
  readonly addresses?: readonly string[];
  /** Lines before the instance: blocks of their own. */
  readonly also?: readonly string[];
}

const PRIORITIES = { node01: 100, node04: 50 };

/** Writes the file of one director, among the lab's own, which go with it. */
export function electionFile(
  lab: string,
  topology: Topology,
  host: DirectorName,
  election: Election,
): ElectionFile {
  const path = `${LAB_FOLDER}/${lab}.${host}.election.conf`;
  writeFileSync(path, configuration(topology, host, election), { mode: 0o600 });
  return { path, conditional: false };
}

function configuration(topology: Topology, host: DirectorName, election: Election): string {
  const { version, interval, priorities = PRIORITIES, more = {}, backups = false } = election;
  const { vip } = topology;
  const six = vip.includes(":");
  const lines = [
    ...(election.also ?? []),
    "vrrp_instance VI_1 {",
    `  state ${host === MASTER && !backups ? "MASTER" : "BACKUP"}`,
    "  interface eth0",
    `  version ${version}`,
    "  virtual_router_id 51",
    `  priority ${priorities[host]}`,
    `  advert_int ${interval}`,
    ...[...(more.both ?? []), ...(more[host] ?? [])].map((line) => `  ${line}`),
    "  virtual_ipaddress {",
    ...(six ? ["    fe80::100/64 dev eth0"] : []),
    ...[vip, ...(election.addresses ?? [])].map((each) => {
      return `    ${each}/${six ? 64 : 24} dev eth0`;
    }),
    "  }",
    "}",
    ...(election.serves ? virtualServer(topology, election.servers) : []),
  ];
  return `${lines.join("\n")}\n`;
}

function virtualServer(topology: Topology, servers = equalServers(topology)): string[] {
  return [
    `virtual_server ${topology.vip} ${topology.port} {`,
    "  lb_algo rr",
    "  lb_kind DR",
    "  protocol TCP",
    ...Object.entries(servers).map(([address, weight]) => {
      return `  real_server ${address} ${topology.serverPort} {\n    weight ${weight}\n  }`;
    }),
    "}",
  ];
}

function equalServers(topology: Topology): Readonly<Record<string, number>> {
  return Object.fromEntries(hostsOf(topology, "real server").map(({ address }) => [address, 1]));
}
