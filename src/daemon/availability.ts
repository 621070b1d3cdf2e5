import type { Logger } from "pino";
import { describeFault, failure, type Result, success } from "../base/fault.ts";
import type { Configuration } from "../config/configuration.ts";
import { desiredServices, type Served } from "../state/desired.ts";
import { planElections } from "../state/plan-elections.ts";
import type { Availability, ChangePlan, InstanceCounts } from "./api/availability.ts";
import type { Cluster } from "./cluster/cluster.ts";
import type { Entries } from "./cluster/entries.ts";
import type { Tracking } from "./cluster/tracking.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Notifier } from "./notify/notifier.ts";
import type { Reconciler } from "./reconciler.ts";

/** In microseconds. */
const MILLISECOND = 1000;

/** A configuration file as it was read, and what is odd about it, a line each. */
export interface ReadFile {
  readonly configuration: Configuration;
  readonly findings: readonly string[];
}

/** The health of the configured servers. */
export interface Health {
  configure(virtualServers: Configuration["virtualServers"], initialNotifies: boolean): void;
  /** The addresses of this host, which ha_suspend goes by. */
  hold(addresses: ReadonlySet<string>): void;
  /** What is served now, and what would be if these were the virtual servers. */
  served(virtualServers?: Configuration["virtualServers"]): readonly Served[];
  /** Ends the checks; with `omega` servers are told that they are down. */
  stop(): void;
}

export interface AvailabilityParts {
  /** The daemon's configuration file. */
  readonly path: string;
  readonly ground: {
    /** Faults: CONFIGURATION_MISSING, CONFIGURATION_REFUSED (its errors are in the message). */
    readFile(path: string): Result<ReadFile>;
    /** What of the configuration the ground itself goes by. */
    configure(globals: Configuration["globals"]): void;
  };
  readonly lifecycle: Lifecycle;
  readonly entries: Entries;
  readonly cluster: Cluster;
  readonly tracking: Tracking;
  readonly health: Health;
  readonly reconciler: Reconciler;
  readonly notifier: Notifier;
  readonly log: Logger;
}

/** A director that goes by a configuration file: what keepalived does, in one place. */
export class LocalAvailability implements Availability {
  readonly #parts: AvailabilityParts;
  #configuration: Configuration | undefined;
  /** Elections that wait for vrrp_startup_delay. */
  #delayed: NodeJS.Timeout | undefined;

  constructor(parts: AvailabilityParts) {
    this.#parts = parts;
  }

  get configuration(): Configuration | undefined {
    return this.#configuration;
  }

  async plan(path = this.#parts.path): Promise<Result<ChangePlan>> {
    const read = this.#parts.ground.readFile(path);
    return read.ok ? success(this.#planOf(path, read.value)) : read;
  }

  async reload(): Promise<Result<ChangePlan>> {
    const { path, log } = this.#parts;
    const read = this.#parts.ground.readFile(path);
    if (!read.ok) {
      const kept = this.#configuration === undefined ? "" : "; the configuration before it stays";
      log.error({ code: read.fault.code }, `${describeFault(read.fault)}${kept}`);
      return read;
    }
    const plan = this.#planOf(path, read.value);
    for (const finding of plan.findings) log.warn(finding);
    await this.#goBy(read.value.configuration);
    const { length } = plan.operations;
    log.info(`Goes by ${path}: ${plan.elections.length} elections and ${length} rules changed`);
    return success(plan);
  }

  async instances(): Promise<Result<readonly InstanceCounts[]>> {
    return success(this.#parts.cluster.counts);
  }

  /** The health of servers has changed, or somebody has changed rules. */
  async healthTurn(): Promise<void> {
    // What an earlier daemon served stays while this one has yet to learn what it is to serve.
    if (this.#configuration === undefined) return;
    await this.#parts.reconciler.serve(this.#parts.health.served());
  }

  networkTurn(addresses: readonly { readonly address: string }[]): void {
    this.#parts.entries.turn();
    this.#parts.cluster.networkTurn();
    this.#parts.health.hold(new Set(addresses.map(({ address }) => address)));
    this.#parts.tracking.turn();
  }

  async #goBy(configuration: Configuration): Promise<void> {
    const { ground, lifecycle, notifier, entries, health } = this.#parts;
    const { globals } = configuration;
    ground.configure(globals);
    await lifecycle.start(globals);
    const first = this.#configuration === undefined;
    this.#configuration = configuration;
    notifier.configure(configuration);
    entries.configure(configuration);
    // The services are there before anybody can become master of their addresses.
    health.configure(configuration.virtualServers, globals.initialNotifies);
    await lifecycle.configure(globals, desiredServices(health.served()));
    await this.healthTurn();
    if (first && globals.startupDelay > 0) this.#electLater(globals.startupDelay / MILLISECOND);
    else if (this.#delayed === undefined) this.#elect(configuration);
  }

  #elect(configuration: Configuration): void {
    const { cluster, tracking } = this.#parts;
    cluster.configure(configuration);
    tracking.configure(configuration);
  }

  /** By the configuration that there is then. */
  #electLater(milliseconds: number): void {
    this.#delayed = setTimeout(() => {
      this.#delayed = undefined;
      this.#elect(this.#configuration!);
    }, milliseconds);
  }

  #planOf(path: string, { configuration, findings }: ReadFile): ChangePlan {
    const { health, reconciler } = this.#parts;
    const before = this.#configuration?.instances ?? [];
    return {
      path,
      findings,
      elections: planElections(configuration.instances, before),
      operations: reconciler.plan(health.served(configuration.virtualServers)),
    };
  }

  /** Lets go of every address, so that another director takes over at once. */
  async stop(): Promise<void> {
    const { cluster, tracking, health, notifier, entries, lifecycle, reconciler } = this.#parts;
    clearTimeout(this.#delayed);
    tracking.close();
    await cluster.stop();
    entries.stop();
    health.stop();
    notifier.close();
    const globals = this.#configuration?.globals;
    if (globals === undefined) return;
    if (globals.flushOnStop !== false) await reconciler.serve([]);
    await lifecycle.stop(globals);
  }
}

/** A daemon that was started without a configuration file. */
export const UNCONFIGURED: Availability = {
  plan: async () => noConfiguration(),
  reload: async () => noConfiguration(),
  instances: async () => success([]),
};

function noConfiguration() {
  return failure(
    "NO_CONFIGURATION",
    "The daemon was started without a configuration file",
    "start it with: weir daemon --config FILE",
  );
}
