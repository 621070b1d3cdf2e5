import type { Logger } from "pino";
import { describeFault } from "../../base/fault.ts";
import type { State } from "../../cluster/effect.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { NetworkState } from "../../kernel/kernel.ts";
import type { LeaseOrder } from "../../state/leases.ts";
import type { ElectionInstance, InstanceCounts, Report } from "../election/order.ts";
import type { ElectionPort } from "../election/port.ts";
import {
  lowerHeardNotification,
  type Notification,
  stateNotification,
} from "../notify/notification.ts";
import { placeInstances } from "./place.ts";

/** What the cluster needs of the daemon around it. */
export interface ClusterParts {
  readonly port: ElectionPort;
  readonly network: { readonly state: NetworkState };
  /** The slots of the data path's leases, in the order of the instances. */
  assignSlots(instances: readonly LeaseOrder[]): readonly (number | undefined)[];
  notify(notification: Notification): void;
  readonly log: Logger;
}

/** What is tracked of an instance; see tracking.ts. */
export interface Tracked {
  readonly instance: string;
  readonly priority: number;
  readonly fault?: string;
  /** The fault is only that something has no result yet. */
  readonly pending?: true;
}

/**
 * The main thread's side of the elections: it tells them of configurations and of the network, and
 * tells the world of them.
 */
export class Cluster {
  readonly #parts: ClusterParts;
  #configuration: Configuration | undefined;
  #told = "";
  #counts: readonly InstanceCounts[] = [];
  readonly #states = new Map<string, State>();
  #stopped: (() => void) | undefined;

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    parts.port.onReport((report) => this.#hear(report));
  }

  /** By instance; those of groups have the group's name. */
  get states(): ReadonlyMap<string, State> {
    return this.#states;
  }

  /** As the elections last told, a second ago at most. */
  get counts(): readonly InstanceCounts[] {
    return this.#counts;
  }

  configure(configuration: Configuration): void {
    this.#configuration = configuration;
    this.#told = "";
    this.networkTurn();
  }

  /** After each change of the network. The elections hear only of what concerns them. */
  networkTurn(): void {
    if (this.#configuration === undefined || this.#stopped !== undefined) return;
    const { groups } = this.#configuration;
    const instances = this.#place(this.#configuration);
    const order = { kind: "configure", instances, groups } as const;
    const told = JSON.stringify(order);
    if (told === this.#told) return;
    this.#told = told;
    this.#parts.port.order(order);
  }

  track(tracked: Tracked): void {
    this.#parts.port.order({ kind: "tracked", ...tracked });
  }

  /** Every instance lets go and says so to the others; at once where there is none. */
  stop(): Promise<void> {
    if (this.#configuration === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stopped = resolve;
      this.#parts.port.order({ kind: "stop" });
    });
  }

  #place({ instances }: Configuration): ElectionInstance[] {
    const { state } = this.#parts.network;
    const links = new Map([...state.links.values()].map(({ name, index }) => [name, index]));
    const slots = this.#parts.assignSlots(
      instances.map(({ interface: name, router, family, addresses, excluded }) => ({
        ifindex: links.get(name),
        router,
        family,
        addresses: [...addresses, ...excluded].map(({ address }) => address),
      })),
    );
    const slotOf = new Map(instances.map(({ name }, i) => [name, slots[i]]));
    return placeInstances(instances, state, (_, { name }) => slotOf.get(name));
  }

  #hear(report: Report): void {
    const { log, notify } = this.#parts;
    switch (report.kind) {
      case "state":
        if (this.#configuration !== undefined) {
          const before = this.#states.get(report.name);
          notify(stateNotification(this.#configuration, { ...report, before }));
        }
        this.#states.set(report.name, report.state);
        return;
      case "lower-heard":
        if (this.#configuration !== undefined) {
          const { instance, priority } = report;
          notify(lowerHeardNotification(this.#configuration, instance, priority));
        }
        return;
      case "log":
        log[report.level](report.message);
        return;
      case "fault":
        log.error(
          { code: report.fault.code },
          `(${report.instance}) ${describeFault(report.fault)}`,
        );
        return;
      case "counts":
        this.#counts = report.instances;
        // Leases that ended meanwhile may have freed what waited for them.
        this.networkTurn();
        return;
      case "stopped":
        this.#stopped?.();
    }
  }
}
