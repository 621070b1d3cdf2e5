import type { View } from "../datapath/tables.ts";
import type { ServerRecords } from "./server-records.ts";

/** What IPVS counts of a server and of a service: `ipvsadm --stats`. */
export interface Counters {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

export const NO_COUNTERS: Counters = {
  connections: 0n,
  inPackets: 0n,
  outPackets: 0n,
  inBytes: 0n,
  outBytes: 0n,
};

interface ServerAccount {
  readonly index: number;
  /** What the table said when it was last looked at. */
  seen: Counters;
  total: Counters;
}

/** Services by their names: the keys of a map, or a set. */
interface Names {
  has(name: string): boolean;
  keys(): Iterable<string>;
}

interface ServiceAccount {
  total: Counters;
  readonly servers: Map<string, ServerAccount>;
}

/**
 * Totals of services and servers, added up from the table. A service keeps what its removed servers
 * brought; zeroing (`ipvsadm -Z`) touches the totals alone, never what the data path counts in.
 */
export class Accounts {
  readonly #view: View;
  readonly #services = new Map<string, ServiceAccount>();

  constructor(view: View) {
    this.#view = view;
  }

  /**
   * Adds what was counted since last time. To be called before and after every change of the server
   * records, with the services whose records may change; every service unless told.
   */
  update(servers: ServerRecords, services: Names, touched = this.#allNames(services)): void {
    for (const name of touched) {
      if (!services.has(name)) {
        this.#services.delete(name);
        continue;
      }
      const account = this.#services.get(name) ?? { total: NO_COUNTERS, servers: new Map() };
      this.#services.set(name, account);
      this.#updateService(account, servers.recordsOf(name));
    }
  }

  #allNames(services: Names): Iterable<string> {
    return new Set([...this.#services.keys(), ...services.keys()]);
  }

  ofService(service: string): Counters {
    return this.#services.get(service)?.total ?? NO_COUNTERS;
  }

  ofServer(service: string, server: string): Counters {
    return this.#services.get(service)?.servers.get(server)?.total ?? NO_COUNTERS;
  }

  /** `ipvsadm -Z`: one service, or all. */
  zero(service?: string): void {
    const names = service === undefined ? this.#services.keys() : [service];
    for (const name of names) {
      const account = this.#services.get(name);
      if (account === undefined) continue;
      account.total = NO_COUNTERS;
      for (const server of account.servers.values()) server.total = NO_COUNTERS;
    }
  }

  #updateService(account: ServiceAccount, records: ReadonlyMap<string, number>): void {
    for (const server of account.servers.keys()) {
      if (!records.has(server)) account.servers.delete(server);
    }
    for (const [server, index] of records) {
      let known = account.servers.get(server);
      if (known === undefined || known.index !== index) {
        known = { index, seen: NO_COUNTERS, total: NO_COUNTERS };
        account.servers.set(server, known);
      }
      // Whatever is counted comes with a packet: no packet, nothing new.
      if (countPackets(this.#view, index) === known.seen.inPackets + known.seen.outPackets)
        continue;
      const now = readCounters(this.#view, index);
      const news = combine(now, known.seen, (a, b) => a - b);
      known.seen = now;
      known.total = combine(known.total, news, (a, b) => a + b);
      account.total = combine(account.total, news, (a, b) => a + b);
    }
  }
}

function countPackets(view: View, server: number): bigint {
  const { cpus, servers } = view.tables.dimensions;
  let sum = 0n;
  for (let row = server; row < cpus * servers; row += servers) {
    sum += view.stats.getWord(row, "in_packets") + view.stats.getWord(row, "out_packets");
  }
  return sum;
}

/** One server's row of the table, over all CPUs. */
export function readCounters(view: View, server: number): Counters {
  const { cpus, servers } = view.tables.dimensions;
  let sum = NO_COUNTERS;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const row = cpu * servers + server;
    const one = {
      connections: view.stats.getWord(row, "connections"),
      inPackets: view.stats.getWord(row, "in_packets"),
      outPackets: view.stats.getWord(row, "out_packets"),
      inBytes: view.stats.getWord(row, "in_bytes"),
      outBytes: view.stats.getWord(row, "out_bytes"),
    };
    sum = combine(sum, one, (a, b) => a + b);
  }
  return sum;
}

export function combine(
  a: Counters,
  b: Counters,
  operation: (a: bigint, b: bigint) => bigint,
): Counters {
  return {
    connections: operation(a.connections, b.connections),
    inPackets: operation(a.inPackets, b.inPackets),
    outPackets: operation(a.outPackets, b.outPackets),
    inBytes: operation(a.inBytes, b.inBytes),
    outBytes: operation(a.outBytes, b.outBytes),
  };
}
