import { existsSync } from "node:fs";
import { readInterfaces } from "../../kernel/linux/interface.ts";
import { isRunning } from "../../kernel/linux/process.ts";
import { daemonProcesses } from "./daemon-process.ts";
import type { LabHost, Role } from "./host.ts";
import { namespaceOf, namespacePath } from "./names.ts";
import { type Job, type LabRecord, processOf } from "./record.ts";
import { TOPOLOGIES } from "./topology.ts";

export interface LabStatus {
  readonly name: string;
  readonly kind: string;
  /** "up" where every host is. */
  readonly state: State;
  readonly hosts: readonly HostStatus[];
}

export interface HostStatus {
  readonly name: string;
  readonly role: Role;
  readonly namespace: string;
  /** With their interface and prefix: "eth0 192.168.150.11/24". */
  readonly addresses: readonly string[];
  /** Process of the host's Weir daemon; null where none runs. */
  readonly daemonPid: number | null;
  /** Process of the host's web server; null where none runs. */
  readonly httpPid: number | null;
  readonly state: State;
}

/** "broken" where a host or one of its processes is missing. */
export type State = "up" | "broken";

/** What there is of a lab now, whatever its record says was started. */
export async function labStatus(record: LabRecord): Promise<LabStatus> {
  const hosts: HostStatus[] = [];
  for (const host of TOPOLOGIES.get(record.kind)?.hosts ?? []) {
    hosts.push(await hostStatus(record, host));
  }
  const state = hosts.every((host) => host.state === "up") ? "up" : "broken";
  return { name: record.name, kind: record.kind, state, hosts };
}

async function hostStatus(record: LabRecord, host: LabHost): Promise<HostStatus> {
  const daemonPid =
    runningPid(record, host.name, "daemon") ??
    daemonProcesses(record.name, [host.name])[0]?.pid ??
    null;
  const httpPid = runningPid(record, host.name, "http");
  const there = existsSync(namespacePath(record.name, host.name));
  const complete =
    there &&
    (host.role !== "director" || daemonPid !== null) &&
    (host.role !== "real server" || httpPid !== null);
  return {
    name: host.name,
    role: host.role,
    namespace: namespaceOf(record.name, host.name),
    addresses: there ? await addressesOf(record.name, host.name) : [],
    daemonPid,
    httpPid,
    state: complete ? "up" : "broken",
  };
}

function runningPid(record: LabRecord, host: string, job: Job): number | null {
  const process = processOf(record, host, job);
  return process !== undefined && isRunning(process) ? process.pid : null;
}

async function addressesOf(lab: string, host: string): Promise<string[]> {
  const interfaces = await readInterfaces(namespaceOf(lab, host));
  if (!interfaces.ok) return [];
  return interfaces.value.flatMap(({ name, addresses }) =>
    addresses
      .filter(({ scope }) => scope === "global")
      .map(({ address, prefix }) => `${name} ${address}/${prefix}`),
  );
}

export function describeStatus(status: LabStatus): string {
  const lines = [`lab "${status.name}" (${status.kind}): ${status.state}`];
  for (const host of status.hosts) {
    const jobs = [
      host.daemonPid === null ? "" : `weir daemon ${host.daemonPid}`,
      host.httpPid === null ? "" : `web server ${host.httpPid}`,
    ].filter((job) => job !== "");
    const columns = [host.name.padEnd(8), host.role.padEnd(12), host.state.padEnd(7)];
    lines.push(`${columns.join(" ")} ${[...host.addresses, ...jobs].join(", ")}`);
  }
  return `${lines.join("\n")}\n`;
}
