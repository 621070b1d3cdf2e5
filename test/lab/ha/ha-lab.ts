import assert from "node:assert/strict";
import { type ElectionFile, electionFiles } from "../../../src/cli/lab/election-file.ts";
import { startRealServer } from "../../../src/cli/lab/hosts.ts";
import { namespaceOf } from "../../../src/cli/lab/names.ts";
import { buildNetwork } from "../../../src/cli/lab/network.ts";
import { type LabRecord, writeLab } from "../../../src/cli/lab/record.ts";
import { findTopology, hostsOf, type Topology } from "../../../src/cli/lab/topology.ts";
import { readInterfaces } from "../../../src/kernel/linux/interface.ts";
import { ownLab, until } from "../lab.ts";
import { type Implementation, signalAll } from "./directors.ts";

/** The two directors of the lab "ha": the first is the master where nothing is wrong. */
export const [MASTER, BACKUP] = ["node01", "node04"] as const;
export type DirectorName = typeof MASTER | typeof BACKUP;

/** The lab "ha" with directors of any implementation. */
export interface HaLab {
  readonly lab: string;
  readonly topology: Topology;
  /** What runs on a director. */
  readonly directors: Readonly<Record<DirectorName, Implementation>>;
  /** Builds network and real servers; directors are not started yet. */
  build(): Promise<void>;
  /** Starts a director: with the file given, or the one before, or the lab's own. */
  start(host: DirectorName, file?: ElectionFile): Promise<void>;
  /** Sends a signal to every process of a director. */
  signal(host: DirectorName, name: NodeJS.Signals): void;
  /** Ends both, and waits until neither has a process. */
  end(): Promise<void>;
  /** Which directors have the VIP on an interface, as their kernels say. */
  holders(): Promise<string[]>;
  /** Waits until exactly these directors have the VIP. */
  untilHeldBy(...hosts: DirectorName[]): Promise<void>;
}

export function haLab(
  directors: Readonly<Record<DirectorName, Implementation>>,
  { ipv6 = false, prefix = "ha" }: { readonly ipv6?: boolean; readonly prefix?: string } = {},
): HaLab {
  const found = findTopology("ha", { ipv6, tunnel: undefined });
  assert.ok(found.ok);
  const topology = found.value;
  const lab = ownLab(prefix);
  const files = new Map<string, ElectionFile>();

  const holders = async () => {
    const held: string[] = [];
    for (const { name } of hostsOf(topology, "director")) {
      const interfaces = await readInterfaces(namespaceOf(lab, name));
      const all = interfaces.ok ? interfaces.value.flatMap(({ addresses }) => addresses) : [];
      if (all.some(({ address }) => address === topology.vip)) held.push(name);
    }
    return held;
  };
  const end = async () => {
    for (const host of [MASTER, BACKUP] as const) {
      signalAll(directors[host], lab, host, "SIGCONT");
      signalAll(directors[host], lab, host, "SIGTERM");
    }
    for (const host of [MASTER, BACKUP] as const) {
      await until(`${host} has ended`, async () => {
        return directors[host].processes(lab, host).length === 0;
      });
    }
  };
  return {
    lab,
    topology,
    directors,
    build: async () => {
      let record: LabRecord = { name: lab, kind: topology.kind, processes: [] };
      writeLab(record);
      const built = await buildNetwork(lab, topology);
      assert.ok(built.ok, built.ok ? "" : built.fault.message);
      for (const host of hostsOf(topology, "real server")) {
        const started = await startRealServer(record, topology, host);
        assert.ok(started.ok, started.ok ? "" : started.fault.message);
        record = started.value;
      }
      const written = electionFiles(lab, topology, undefined);
      assert.ok(written.ok);
      for (const [host, file] of written.value) files.set(host, file);
    },
    start: (host, file) => {
      if (file !== undefined) files.set(host, file);
      return directors[host].start(lab, host, files.get(host)!);
    },
    signal: (host, name) => signalAll(directors[host], lab, host, name),
    end,
    holders,
    untilHeldBy: async (...hosts) => {
      await until(`the VIP is held by ${hosts.join(" and ") || "nobody"}`, async () => {
        return (await holders()).join() === hosts.join();
      });
    },
  };
}
