import { assert } from "../base/assert.ts";
import { failure, type Result, success } from "../base/fault.ts";
import { VIP_LOCAL } from "../datapath/constants.ts";
import { poolSlots, readPool, setPool, someQuiesced, writePool } from "../datapath/pool.ts";
import { toTicks } from "../datapath/receive.ts";
import { readMemory } from "../datapath/schedule.ts";
import { encodeServiceValue } from "../datapath/service.ts";
import type { View } from "../datapath/tables.ts";
import { beginRoutes, type Change, forgetRoutes, hasRoutes } from "./cache-routes.ts";
import { IndexAllocator } from "./index-allocator.ts";
import { type NetworkView, NextHops } from "./next-hop.ts";
import { claimServers, type ObservedService } from "./observe.ts";
import { planPool, ringSize } from "./pool-plan.ts";
import { type Rules, type Service, serviceName } from "./rule.ts";
import { ServerRecords } from "./server-records.ts";
import { protocolOf, serviceKeyOf, writeServiceRecord } from "./service-record.ts";
import { type Run, SlotAllocator } from "./slot-allocator.ts";
import { writeTimeouts } from "./timeouts.ts";
import { VipRecords } from "./vip-records.ts";

/** How long a packet may hold what it read of a table, generously: records rest so long. */
const GRACE_TIME = 1_000_000_000n;

/** How full the table of virtual addresses is before it is worth a look who needs them. */
const COLLECT_FROM = 0.25;

/** What of a service is in the tables. */
interface Published {
  readonly rule: Service;
  readonly index: number;
  readonly vip: number;
  readonly run: Run;
  readonly local: boolean;
}

/** Everything new of one batch, written beside what is live. */
interface Prepared {
  readonly name: string;
  readonly next: Published;
}

/**
 * Makes the tables hold the rules. What a batch changes is written beside what is live and taken by
 * one store: the pool word of a service when one service changes, the generation of the service
 * keys when several do. No packet ever sees half a batch.
 */
export class Publisher {
  readonly #view: View;
  readonly #servers: ServerRecords;
  readonly #vips: VipRecords;
  readonly #serviceIndices: IndexAllocator;
  readonly #slots: SlotAllocator;
  readonly #published = new Map<string, Published>();
  /** The services that take every port. */
  readonly #portZero = new Set<string>();
  #hops: NextHops;
  #poolGeneration = 0;

  constructor(view: View, network: NetworkView) {
    this.#view = view;
    this.#hops = new NextHops(network);
    this.#servers = new ServerRecords(view, GRACE_TIME);
    this.#vips = new VipRecords(view);
    this.#serviceIndices = new IndexAllocator(view.tables.dimensions.services, GRACE_TIME);
    this.#slots = new SlotAllocator(view.tables.dimensions.poolSlots, GRACE_TIME);
  }

  get servers(): ServerRecords {
    return this.#servers;
  }

  /** The neighbours that the kernel is to resolve: link and address. */
  unresolved(): Iterable<{ link: number; address: string }> {
    return this.#servers.unresolved(this.#hops);
  }

  /** Those of these addresses, which servers are to have, as far as none has them yet. */
  newlyUnresolved(addresses: readonly string[]): Iterable<{ link: number; address: string }> {
    return this.#servers.newlyUnresolved(this.#hops, addresses);
  }

  /** Goes on from what an earlier daemon left in the tables. */
  resume(observed: readonly ObservedService[]): void {
    this.#slots.claim(observed.map(({ run }) => run));
    for (const service of observed) {
      const name = serviceName(service.rule.id);
      this.#published.set(name, service);
      this.#notePort(name, service.rule);
      this.#serviceIndices.claim(service.index);
      this.#poolGeneration = Math.max(this.#poolGeneration, service.poolGeneration);
    }
    claimServers(this.#view, this.#servers, observed);
  }

  /**
   * `now` in ns; `touched`: the names of all services that may be new, changed or gone, every one
   * unless told. Faults: TABLE_FULL, and then nothing has changed.
   */
  publish(rules: Rules, now: bigint, touched = this.#allNames(rules)): Result<void> {
    const { changed, removed } = this.#difference(rules, touched);
    const whole = changed.length + removed.length > 1;
    const prepared: Prepared[] = [];
    for (const [name, rule] of changed) {
      const next = this.#prepare(name, rule, whole, now);
      if (!next.ok) {
        this.#forget(prepared, now);
        return next;
      }
      prepared.push({ name, next: next.value });
    }
    for (const { name, next } of prepared) this.#notePort(name, next.rule);
    this.#setPortZero();
    beginRoutes(this.#view, this.#changesOf(prepared), toTicks(now));
    if (whole) this.#flipGeneration(prepared, removed);
    else this.#flipOne(prepared, removed);
    this.#retire(prepared, removed, now);
    writeTimeouts(this.#view, rules.timeouts);
    return success(undefined);
  }

  /**
   * Frees the numbers of virtual addresses that nobody names any more, when they are getting many:
   * marked packets bring ever new ones. To be called now and then; `now` in ns.
   */
  collectVips(now: bigint): void {
    if (this.#vips.fullness() < COLLECT_FROM) return;
    const published = new Set([...this.#published.values()].map(({ vip }) => vip));
    this.#vips.collect(published, now, GRACE_TIME);
  }

  /** Takes up what changed in the network: next hops, and which VIPs are ours. */
  setNetwork(network: NetworkView): void {
    this.#hops = new NextHops(network);
    this.#servers.writeNextHops(this.#hops);
    for (const [name, service] of this.#published) {
      const local = this.#isLocal(service.rule);
      if (local === service.local) continue;
      this.#published.set(name, { ...service, local });
      this.#writeKey({ ...service, local }, this.#generation());
    }
  }

  #allNames(rules: Rules): ReadonlySet<string> {
    return new Set([...rules.services.keys(), ...this.#published.keys()]);
  }

  #difference(rules: Rules, touched: ReadonlySet<string>) {
    const changed: [name: string, rule: Service][] = [];
    const removed: string[] = [];
    for (const name of touched) {
      const rule = rules.services.get(name);
      const live = this.#published.get(name);
      if (rule !== undefined && live?.rule !== rule) changed.push([name, rule]);
      if (rule === undefined && live !== undefined) removed.push(name);
    }
    return { changed, removed };
  }

  #changesOf(prepared: readonly Prepared[]): Change[] {
    return prepared.map(({ name, next }) => ({ before: this.#published.get(name), after: next }));
  }

  /** Writes a service's servers and pool beside the live ones. */
  #prepare(name: string, rule: Service, whole: boolean, now: bigint): Result<Published> {
    const live = this.#published.get(name);
    const index = live && !whole ? live.index : this.#serviceIndices.take(now);
    const run = this.#slots.take(slotsFor(rule), now);
    // The connections of a mark have any VIP; the data path notes each.
    const vip = rule.id.kind === "mark" ? 0 : this.#vips.take(rule.id.address, protocolOf(rule.id));
    if (index === undefined || run === undefined || vip === undefined) {
      if (run !== undefined) this.#slots.give(run, now);
      if (index !== undefined && index !== live?.index) this.#giveIndex(index, now);
      return failure(
        "TABLE_FULL",
        `The tables have no room for service ${name}`,
        "start the daemon with larger tables",
      );
    }
    const place = { name, index, protocol: protocolOf(rule.id) };
    const servers = this.#servers.take(place, rule.servers, this.#hops, now);
    if (!servers.ok) {
      this.#slots.give(run, now);
      if (index !== live?.index) this.#giveIndex(index, now);
      return servers;
    }
    const before = live === undefined ? undefined : this.#before(live);
    this.#poolGeneration = (this.#poolGeneration % 0xffff) + 1;
    writePool(this.#view, run.start, planPool(rule, servers.value, this.#poolGeneration, before));
    if (index !== live?.index) this.#writeService(index, rule, vip, live);
    if (index !== live?.index) setPool(this.#view, index, run.start, this.#poolGeneration);
    const local = this.#isLocal(rule);
    return success({ rule, index, vip, run, local });
  }

  #before(live: Published) {
    const pool = readPool(this.#view, live.index);
    const memory = readMemory(this.#view, live.index, pool);
    const { header, members, lastWeights } = pool;
    return { scheduler: header.scheduler, members, memory, lastWeights: lastWeights.slice() };
  }

  #writeService(index: number, rule: Service, vip: number, live: Published | undefined): void {
    const { services } = this.#view;
    services.record(index).fill(0);
    writeServiceRecord(this.#view, index, rule, vip);
    if (live) services.set(index, "untracked", services.get(live.index, "untracked"));
  }

  /** One service: its pool word, or its key. */
  #flipOne(prepared: readonly Prepared[], removed: readonly string[]): void {
    for (const { name, next } of prepared) {
      if (this.#published.has(name)) {
        writeServiceRecord(this.#view, next.index, next.rule, next.vip);
        setPool(this.#view, next.index, next.run.start, this.#poolGeneration);
      } else {
        this.#writeKey(next, this.#generation());
      }
    }
    for (const name of removed) this.#deleteKey(this.#published.get(name)!, this.#generation());
  }

  /** Several: every key again under the next generation, and then that generation. */
  #flipGeneration(prepared: readonly Prepared[], removed: readonly string[]): void {
    const generation = (this.#generation() + 1) >>> 0;
    const next = new Map(this.#published);
    for (const name of removed) next.delete(name);
    for (const { name, next: service } of prepared) next.set(name, service);
    const old = this.#generation();
    for (const service of next.values()) this.#writeKey(service, generation);
    this.#view.control.set(0, "generation", generation);
    for (const service of this.#published.values()) this.#deleteKey(service, old);
  }

  #retire(prepared: readonly Prepared[], removed: readonly string[], now: bigint): void {
    const left: Published[] = [];
    for (const name of removed) {
      const gone = this.#published.get(name)!;
      this.#servers.abandon(name);
      this.#giveService(gone, now);
      left.push(gone);
      this.#published.delete(name);
      this.#portZero.delete(name);
    }
    for (const { name, next } of prepared) {
      const live = this.#published.get(name);
      this.#servers.settle(name, next.index, next.rule.servers);
      if (live !== undefined) {
        this.#slots.give(live.run, now);
        if (live.index !== next.index) {
          this.#giveIndex(live.index, now);
          left.push(live);
        }
      }
      this.#published.set(name, next);
    }
    const forgotten = left.filter(hasRoutes).map(({ index }) => index);
    forgetRoutes(this.#view, new Set(forgotten));
    this.#servers.release(now);
    this.#view.control.set(0, "idle", this.#published.size === 0 ? 1 : 0);
    this.#setPortZero();
  }

  #notePort(name: string, { id }: Service): void {
    if (id.kind === "address" && id.port === 0) this.#portZero.add(name);
  }

  /** Whether packets are to be looked up by their address alone as well. */
  #setPortZero(): void {
    this.#view.control.set(0, "port_zero", this.#portZero.size === 0 ? 0 : 1);
  }

  #forget(prepared: readonly Prepared[], now: bigint): void {
    for (const { name, next } of prepared) {
      this.#slots.give(next.run, now);
      const live = this.#published.get(name);
      if (live?.index !== next.index) this.#giveIndex(next.index, now);
      if (live === undefined) this.#servers.abandon(name);
      else this.#servers.settle(name, live.index, live.rule.servers);
    }
    this.#servers.release(now);
  }

  #giveService(service: Published, now: bigint): void {
    this.#slots.give(service.run, now);
    this.#giveIndex(service.index, now);
  }

  #giveIndex(index: number, now: bigint): void {
    this.#view.services.set(index, "flags", 0);
    this.#serviceIndices.give(index, now);
  }

  /** Who says by a rule of its own which packets carry a mark does not need their VIP local. */
  #isLocal({ id }: Service): boolean {
    return id.kind === "mark" || this.#hops.isLocal(id.address);
  }

  #generation(): number {
    return this.#view.control.get(0, "generation");
  }

  #writeKey(service: Published, generation: number): void {
    const flags = service.local ? VIP_LOCAL : 0;
    const value = encodeServiceValue({ service: service.index, vip: service.vip, flags });
    const written = this.#view.tables.serviceKeys.set(
      serviceKeyOf(service.rule.id, generation),
      value,
    );
    assert(written, "a table of keys that is a quarter full at most has room", service.rule.id);
  }

  #deleteKey(service: Published, generation: number): void {
    this.#view.tables.serviceKeys.delete(serviceKeyOf(service.rule.id, generation));
  }
}

function slotsFor({ servers, scheduler }: Service): number {
  const ring = servers.length === 0 ? 0 : ringSize(scheduler);
  return poolSlots(servers.length, ring, someQuiesced(servers));
}
