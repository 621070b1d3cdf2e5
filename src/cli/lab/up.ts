import { failure, type Result, success } from "../../base/fault.ts";
import { findPrograms } from "../../kernel/linux/command.ts";
import { takeLabDown } from "./down.ts";
import { type ElectionFiles, electionFiles } from "./election-file.ts";
import type { LabHost } from "./host.ts";
import { addRules, addVip, startDaemon, startRealServer } from "./hosts.ts";
import { buildNetwork } from "./network.ts";
import { type LabRecord, readLab, writeLab } from "./record.ts";
import { hostsOf, type Topology } from "./topology.ts";

/** What the steps, and the tour after them, call. */
const PROGRAMS = ["ip", "ss", "ethtool", "nsenter", "sysctl", "clang", "curl"];

/** One stage of bringing a lab up: what it is called, and what it does to the record. */
interface Step {
  readonly title: string;
  readonly act: (record: LabRecord) => Promise<Result<LabRecord>>;
}

/**
 * Brings a lab up, saying each step as it is done. Where one fails, or the signal aborts, what was
 * built is taken down again. `configuration` is the file of directors that elect.
 *
 * Faults: LAB_UP where a lab of this name is there already; COMMAND_MISSING; LAB_INTERRUPTED; those
 * of the steps.
 */
export async function bringLabUp(
  topology: Topology,
  name: string,
  say: (line: string) => void,
  interrupted: AbortSignal,
  configuration?: string,
): Promise<Result<LabRecord>> {
  if (readLab(name) !== undefined) {
    const fix = `take it down with "weir lab down --name ${name}"`;
    return failure("LAB_UP", `The lab "${name}" is up already`, fix);
  }
  const equipped = findPrograms(PROGRAMS);
  if (!equipped.ok) return equipped;
  const files = topology.elects ? electionFiles(name, topology, configuration) : success(new Map());
  if (!files.ok) return files;
  let record: LabRecord = { name, kind: topology.kind, processes: [] };
  for (const { title, act } of steps(topology, name, files.value)) {
    const done = await act(record);
    if (!done.ok || interrupted.aborted) {
      await takeLabDown(name);
      return done.ok ? failure("LAB_INTERRUPTED", `The lab "${name}" was interrupted`) : done;
    }
    record = done.value;
    say(title);
  }
  return success(record);
}

/** What the agent does on a real server of each method. */
const DONE: Readonly<Record<Topology["method"], string>> = {
  dr: "the VIP on lo",
  nat: "the way back through the director",
  tun: "the VIP on lo and the end of the tunnel",
};

function countSegments({ hosts }: Topology): string {
  const segments = new Set(hosts.flatMap(({ links }) => links.map(({ segment }) => segment)));
  return segments.size === 1 ? "one switch" : `${segments.size} networks of one switch`;
}

function linksOf({ links }: LabHost): string[] {
  return links.map(({ name }) => name);
}

function steps(topology: Topology, name: string, files: ElectionFiles): Step[] {
  const servers = hostsOf(topology, "real server");
  return [
    {
      title: `network: ${topology.hosts.length} hosts on ${countSegments(topology)}`,
      act: async (record) => {
        writeLab(record);
        const built = await buildNetwork(name, topology);
        return built.ok ? success(record) : built;
      },
    },
    {
      title: `${named(servers)}: web server, and ${DONE[topology.method]} by "weir real-server up"`,
      act: (record) => inTurn(record, servers, (now, host) => startRealServer(now, topology, host)),
    },
    ...(topology.elects ? [electedDirectors(topology, files)] : directorsByHand(topology, name)),
  ];
}

function named(hosts: readonly LabHost[]): string {
  return hosts.map((host) => host.name).join(" and ");
}

function directorsByHand(topology: Topology, name: string): Step[] {
  const directors = hostsOf(topology, "director");
  const links = directors.flatMap(linksOf).join(" and ");
  return [
    {
      title: `${named(directors)}: VIP on eth0, "weir daemon" on ${links}`,
      act: (record) =>
        inTurn(record, directors, async (now, host) => {
          const added = await addVip(name, host, topology.vip);
          return added.ok ? startDaemon(now, host.name, linksOf(host)) : added;
        }),
    },
    {
      title: `${named(directors)}: rules by ipvsadm`,
      act: (record) =>
        inTurn(record, directors, async (now, host) => {
          const added = await addRules(name, host, topology);
          return added.ok ? success(now) : added;
        }),
    },
  ];
}

/** VIP and rules are in the configuration: the daemons set both. */
function electedDirectors(topology: Topology, files: ElectionFiles): Step {
  const directors = hostsOf(topology, "director");
  const paths = directors.map(({ name }) => files.get(name)!.path);
  return {
    title: `${named(directors)}: "weir daemon" with ${[...new Set(paths)].join(" and ")}`,
    act: (record) =>
      inTurn(record, directors, (now, host) =>
        startDaemon(now, host.name, linksOf(host), files.get(host.name)),
      ),
  };
}

async function inTurn<T>(
  record: LabRecord,
  items: readonly T[],
  act: (record: LabRecord, item: T) => Promise<Result<LabRecord>>,
): Promise<Result<LabRecord>> {
  let now = record;
  for (const item of items) {
    const done = await act(now, item);
    if (!done.ok) return done;
    now = done.value;
  }
  return success(now);
}
