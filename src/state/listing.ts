import type { View } from "../datapath/tables.ts";
import { type Accounts, type Counters, NO_COUNTERS } from "./counters.ts";
import { type Rules, type Server, type Service, socketAddress, type Timeouts } from "./rule.ts";
import type { ServerRecords } from "./server-records.ts";

/** What `ipvsadm -L` shows: the rules, and what the tables know of them. */
export interface ListedServer extends Server {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
  readonly counters: Counters;
  /** Per second. */
  readonly rates: Counters;
}

export interface ListedService extends Omit<Service, "servers"> {
  /** Newest first, as IPVS keeps them. */
  readonly servers: readonly ListedServer[];
  readonly counters: Counters;
  readonly rates: Counters;
}

export interface Listing {
  /** Entries that the connection table holds: the "size" of ipvsadm's first line. */
  readonly connectionTableSize: number;
  readonly timeouts: Timeouts;
  readonly services: readonly ListedService[];
}

/** The rates of a service, or of one of its servers; by name. */
export type Rates = (service: string, server?: string) => Counters;

export interface ListingSources {
  readonly view: View;
  readonly rules: Rules;
  readonly servers: ServerRecords;
  readonly accounts: Accounts;
  readonly rates: Rates;
}

export function listRules(sources: ListingSources): Listing {
  const { view, rules, accounts, rates } = sources;
  return {
    connectionTableSize: view.cold.count,
    timeouts: rules.timeouts,
    services: [...rules.services].map(([name, service]) => ({
      ...service,
      servers: service.servers.map((server) => listServer(sources, name, server)),
      counters: accounts.ofService(name),
      rates: rates(name),
    })),
  };
}

function listServer(sources: ListingSources, service: string, server: Server): ListedServer {
  const { view, servers, accounts, rates } = sources;
  const name = socketAddress(server.address, server.port);
  const index = servers.indexOf(service, server);
  if (index === undefined) {
    const none = { active: 0, inactive: 0, persistent: 0 };
    return { ...server, ...none, counters: NO_COUNTERS, rates: NO_COUNTERS };
  }
  return {
    ...server,
    active: view.loads.get(index, "active"),
    inactive: view.loads.get(index, "inactive"),
    persistent: view.loads.get(index, "persistent"),
    counters: accounts.ofServer(service, name),
    rates: rates(service, name),
  };
}
