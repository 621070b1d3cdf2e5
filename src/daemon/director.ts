import type { Fault, Result } from "../base/fault.ts";
import { success } from "../base/fault.ts";
import type { Reason } from "../datapath/reason.ts";
import { readReasons } from "../datapath/reasons.ts";
import { toTicks } from "../datapath/receive.ts";
import { View } from "../datapath/tables.ts";
import type { Attachment, Clock, DataPath, Network } from "../kernel/kernel.ts";
import { cacheRouteUpkeep } from "../state/cache-route-upkeep.ts";
import { type ConnectionEntry, listConnections } from "../state/connections.ts";
import { Accounts } from "../state/counters.ts";
import { type LeaseOrder, syncLeases } from "../state/leases.ts";
import { type Listing, listRules } from "../state/listing.ts";
import { observe } from "../state/observe.ts";
import { Publisher } from "../state/publisher.ts";
import { type Operation, type Rules, type ServiceId, serviceName } from "../state/rule.ts";
import { applyOperations, EMPTY_RULES } from "../state/rules.ts";
import { beginSettings, isEstimating } from "../state/settings.ts";
import { checkSupported } from "../state/supported.ts";
import { IPVS_TIMEOUTS, readTimeouts, writeTimeouts } from "../state/timeouts.ts";
import type { Applied, Director } from "./api/director.ts";
import { RateBook } from "./rate-book.ts";
import { type RunSweep, Sweeper } from "./sweeper.ts";

/** How long a batch waits for the MAC addresses of the servers that it brings. */
const RESOLVE_PATIENCE_MS = 100;

/** What happened since the tables were made, for `weir status`. */
export interface DirectorStatus {
  readonly resumed: boolean;
  readonly attachments: readonly Attachment[];
  readonly connections: { readonly live: number; readonly capacity: number };
  readonly reasons: ReadonlyMap<Reason, bigint>;
}

/**
 * The director: rules in, tables out. It holds no state of its own that matters: a new one takes up
 * the tables of the old one where it was.
 */
export class LocalDirector implements Director {
  readonly #dataPath: DataPath;
  readonly #network: Network;
  readonly #clock: Clock;
  readonly #view: View;
  readonly #publisher: Publisher;
  readonly #accounts: Accounts;
  readonly #rates = new RateBook();
  readonly #sweeper: Sweeper;
  #rules: Rules;
  /** Batches that wait for the MAC addresses of servers, by the servers' own. */
  readonly #waiting = new Set<{ addresses: readonly string[]; resolved(): void }>();

  constructor(dataPath: DataPath, network: Network, clock: Clock) {
    this.#dataPath = dataPath;
    this.#network = network;
    this.#clock = clock;
    this.#view = new View(dataPath.tables);
    this.#publisher = new Publisher(this.#view, network.state);
    this.#accounts = new Accounts(this.#view);
    const run: RunSweep = (first, count, now) => dataPath.sweep(first, count, now);
    this.#sweeper = new Sweeper(dataPath.tables.dimensions.buckets, run);
    this.#rules = dataPath.resumed ? this.#takeUp() : this.#begin();
    this.#update();
  }

  get view(): View {
    return this.#view;
  }

  get rules(): Rules {
    return this.#rules;
  }

  async apply(operations: readonly Operation[]): Promise<Applied> {
    for (const [index, operation] of operations.entries()) {
      const supported = checkSupported(operation);
      if (!supported.ok) return { ok: false, operation: index, fault: supported.fault };
    }
    const before = this.#rules;
    const tried = applyOperations(before, operations);
    if (!tried.ok) return tried;
    await this.#resolve(addressesOf(operations));
    // Others may have changed the rules meanwhile.
    const applied = this.#rules === before ? tried : applyOperations(this.#rules, operations);
    if (!applied.ok) return applied;
    const published = this.#publish(applied.rules, applied.touched);
    if (!published.ok) {
      return { ok: false, operation: operations.length - 1, fault: published.fault };
    }
    for (const operation of operations) {
      if (operation.kind === "zero") this.#zero(operation.service);
    }
    return { ok: true };
  }

  /** The slots of the leases of these instances; services of their addresses go by them. */
  assignLeases(instances: readonly LeaseOrder[]): readonly (number | undefined)[] {
    return syncLeases(this.#view, instances, this.#clock.monotonic());
  }

  async list(): Promise<Result<Listing>> {
    // With run_estimation 0 IPVS shows the totals of its last estimation (ip_vs_est.c).
    if (isEstimating(this.#view)) this.#update();
    return success(
      listRules({
        view: this.#view,
        rules: this.#rules,
        servers: this.#publisher.servers,
        accounts: this.#accounts,
        rates: (service, server) => this.#rates.rates(service, server),
      }),
    );
  }

  async connections(): Promise<Result<readonly ConnectionEntry[]>> {
    return success([...this.connectionEntries()]);
  }

  connectionEntries(): Generator<ConnectionEntry> {
    return listConnections(this.#view, toTicks(this.#clock.monotonic()));
  }

  status(): DirectorStatus {
    let live = 0;
    for (let at = 1; at < this.#view.words.length; at += 2) if (this.#view.words[at] !== 0) live++;
    return {
      resumed: this.#dataPath.resumed,
      attachments: this.#dataPath.attachments(),
      connections: { live, capacity: this.#view.cold.count },
      reasons: readReasons(this.#view),
    };
  }

  /** Every SWEEP_INTERVAL_MS. */
  sweepTurn(): Fault | undefined {
    const now = this.#clock.monotonic();
    const swept = this.#sweeper.turn(toTicks(now));
    if (!swept.ok) return swept.fault;
    if (swept.value.expired > 0 && this.#publisher.servers.releasable) {
      this.#update(new Set(this.#publisher.servers.leaving()));
      this.#publisher.servers.release(now);
    }
    return undefined;
  }

  /** Every minute. */
  upkeepTurn(): void {
    cacheRouteUpkeep(this.#view, toTicks(this.#clock.monotonic()));
  }

  /** Every two seconds. */
  estimationTurn(): void {
    this.#publisher.collectVips(this.#clock.monotonic());
    if (!isEstimating(this.#view)) return;
    this.#update();
    this.#rates.turn(this.#rules, this.#accounts);
  }

  /** After each change of the network, and now and then for neighbours that do not answer. */
  networkTurn(): void {
    this.#publisher.setNetwork(this.#network.state);
    this.#ask(this.#publisher.unresolved());
    for (const { addresses, resolved } of this.#waiting) {
      if ([...this.#publisher.newlyUnresolved(addresses)].length === 0) resolved();
    }
  }

  #begin(): Rules {
    beginSettings(this.#view);
    writeTimeouts(this.#view, IPVS_TIMEOUTS);
    return { ...EMPTY_RULES, timeouts: IPVS_TIMEOUTS };
  }

  #takeUp(): Rules {
    const observed = observe(this.#view);
    this.#publisher.resume(observed);
    this.#publisher.setNetwork(this.#network.state);
    const services = new Map(observed.map(({ rule }) => [serviceName(rule.id), rule]));
    return { services, timeouts: readTimeouts(this.#view) };
  }

  #publish(rules: Rules, touched: ReadonlySet<string>): Result<void> {
    const names = new Set([...touched, ...this.#publisher.servers.leaving()]);
    this.#update(names);
    const published = this.#publisher.publish(rules, this.#clock.monotonic(), touched);
    if (!published.ok) return published;
    this.#rules = rules;
    this.#update(names);
    return published;
  }

  /** The accounts know every record before packets count in it, and after. */
  #update(services?: ReadonlySet<string>): void {
    this.#accounts.update(this.#publisher.servers, this.#rules.services, services);
  }

  #zero(service: ServiceId | undefined): void {
    const name = service && serviceName(service);
    this.#update(name === undefined ? undefined : new Set([name]));
    this.#accounts.zero(name);
    this.#rates.zero(name);
  }

  /**
   * A packet for a server without a MAC address is lost, where the kernel's IPVS lets it wait for
   * one: so that servers get none before theirs is known, or it was not for want of asking.
   */
  async #resolve(addresses: readonly string[]): Promise<void> {
    if (!this.#ask(this.#publisher.newlyUnresolved(addresses))) return;
    await new Promise<void>((resolve) => {
      const waiting = { addresses, resolved: () => end() };
      const timer = setTimeout(waiting.resolved, RESOLVE_PATIENCE_MS);
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve();
      };
      this.#waiting.add(waiting);
    });
  }

  /** Asks the kernel to find neighbours. Answers whether there are any. */
  #ask(neighbours: Iterable<{ link: number; address: string }>): boolean {
    let any = false;
    for (const { link, address } of neighbours) {
      this.#network.resolve(link, address);
      any = true;
    }
    return any;
  }
}

/** Of the servers that a batch brings. */
function addressesOf(operations: readonly Operation[]): string[] {
  const addresses = operations.flatMap((operation) =>
    operation.kind === "add-server" ? [operation.server.address] : [],
  );
  return [...new Set(addresses)];
}
