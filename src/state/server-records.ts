import { failure, type Result, success } from "../base/fault.ts";
import {
  METHOD_DR,
  METHOD_NAT,
  METHOD_TUN,
  SERVER_AVAILABLE,
  SERVER_LOCAL,
  SERVER_READY,
  SERVER_UNREACHABLE,
  SERVER_USED,
} from "../datapath/constants.ts";
import type { View } from "../datapath/tables.ts";
import { familyOf, formatMapped, mappedBytes } from "../wire/address.ts";
import { macBytes } from "../wire/mac.ts";
import { IndexAllocator } from "./index-allocator.ts";
import { NatServers } from "./nat-servers.ts";
import type { NextHop, NextHops } from "./next-hop.ts";
import { type ForwardingMethod, type Server, type ServerId, socketAddress } from "./rule.ts";
import { CHECKSUM_FLAGS, PLAIN_TUNNEL, TUNNEL_NUMBERS, tunnelOverhead } from "./tunnel-options.ts";
import { TunnelSources } from "./tunnel-sources.ts";

export const METHOD_NUMBERS: Record<ForwardingMethod, number> = {
  nat: METHOD_NAT,
  tun: METHOD_TUN,
  dr: METHOD_DR,
};

/**
 * The service of a server that outlived it: an earlier daemon's, to nobody's use but its packets'.
 */
const NO_SERVICE = 0xffff_ffff;

/** A service as far as its servers' records are concerned. */
export interface ServicePlace {
  readonly name: string;
  readonly index: number;
  /** 0 for a mark. */
  readonly protocol: number;
}

type ReadyHop = Extract<NextHop, { kind: "ready" }>;

/**
 * The records of real servers. A server that is removed keeps its record while connections name it:
 * their packets find out there that it is gone, and when it is added again to the same service it
 * has its connections and counts back (ip_vs_trash_get_dest()).
 */
export class ServerRecords {
  readonly #view: View;
  readonly #indices: IndexAllocator;
  readonly #sources: TunnelSources;
  readonly #nat: NatServers;
  /**
   * By service name, then by socket address; removed ones too, as long as connections name them.
   */
  readonly #records = new Map<string, Map<string, number>>();
  readonly #removed = new Map<number, { service: string; server: string }>();
  /** The records of each address: many services may share a server, and with it the next hop. */
  readonly #byAddress = new Map<string, Set<number>>();

  readonly #hopWords = new WeakMap<ReadyHop, { mac: bigint; source: bigint }>();

  constructor(view: View, graceTime: bigint) {
    this.#view = view;
    this.#indices = new IndexAllocator(view.tables.dimensions.servers, graceTime);
    this.#sources = new TunnelSources(view);
    this.#nat = new NatServers(view);
  }

  /** The record of a server, for who reads its counts. */
  indexOf(service: string, server: ServerId): number | undefined {
    return this.#records.get(service)?.get(nameOf(server));
  }

  /** The records of a service's servers by socket address, removed ones too. */
  recordsOf(service: string): ReadonlyMap<string, number> {
    return this.#records.get(service) ?? new Map();
  }

  /**
   * The records of a service's servers, new ones written whole; those that packets may already name
   * are left as they are until settle(). All are available from now on: a server that the next pool
   * has must not look removed to the packets that follow a flow's first one.
   */
  take(
    service: ServicePlace,
    servers: readonly Server[],
    hops: NextHops,
    now: bigint,
  ): Result<number[]> {
    const records = this.#records.get(service.name) ?? new Map<string, number>();
    const fresh: string[] = [];
    const indices: number[] = [];
    for (const server of servers) {
      const name = nameOf(server);
      const known = records.get(name);
      if (known !== undefined) {
        indices.push(known);
        continue;
      }
      const index = this.#indices.take(now);
      if (index === undefined) {
        for (const name of fresh) this.#free(records, name, now);
        return tableFull(name);
      }
      this.#writeNew(index, server, hops.of(server.address));
      this.#view.servers.set(index, "service", service.index);
      records.set(name, index);
      fresh.push(name);
      indices.push(index);
    }
    for (const [i, server] of servers.entries()) {
      if (server.method !== "nat" || this.#nat.add(indices[i]!, service.protocol)) continue;
      for (const name of fresh) this.#free(records, name, now);
      return tableFull(nameOf(server));
    }
    this.#records.set(service.name, records);
    for (const index of indices) this.#setFlags(index, this.#flags(index) | SERVER_AVAILABLE);
    return success(indices);
  }

  /**
   * Once the service schedules over them: what may change of a server, and who is no longer one.
   */
  settle(service: string, serviceIndex: number, servers: readonly Server[]): void {
    const kept = new Set<number>();
    for (const server of servers) {
      const index = this.indexOf(service, server)!;
      kept.add(index);
      this.#removed.delete(index);
      this.#view.servers.set(index, "service", serviceIndex);
      this.#writeOptions(index, server);
      if (server.method !== "nat") this.#nat.remove(index);
    }
    this.#remove(service, serviceIndex, kept);
  }

  /** The service is gone, and all its servers with it. */
  abandon(service: string): void {
    this.#remove(service, NO_SERVICE, new Set());
  }

  /** Whether release() would give a record back. */
  get releasable(): boolean {
    return [...this.#removed.keys()].some((index) => this.#isIdle(index));
  }

  /** Gives back the records of removed servers that no connection names any more. */
  release(now: bigint): void {
    for (const [index, { service, server }] of this.#removed) {
      if (!this.#isIdle(index)) continue;
      this.#removed.delete(index);
      const records = this.#records.get(service)!;
      this.#free(records, server, now);
      if (records.size === 0) this.#records.delete(service);
    }
  }

  /** The services of removed servers: release() may give records of theirs back. */
  *leaving(): Generator<string> {
    for (const { service } of this.#removed.values()) yield service;
  }

  /** Every server anew: what is ready, what is to be asked for. */
  writeNextHops(hops: NextHops): void {
    for (const [address, indices] of this.#byAddress) {
      const hop = hops.of(address);
      for (const index of indices) this.#writeNextHop(index, hop);
    }
  }

  /** The neighbours that the kernel is to resolve: link and address. */
  unresolved(hops: NextHops): Iterable<{ link: number; address: string }> {
    return unresolved(this.#byAddress.keys(), hops);
  }

  /** Those of these addresses, which servers are to have, as far as none has them yet. */
  newlyUnresolved(
    hops: NextHops,
    addresses: readonly string[],
  ): Iterable<{ link: number; address: string }> {
    return unresolved(
      addresses.filter((address) => !this.#byAddress.has(address)),
      hops,
    );
  }

  /** Takes note of a record that an earlier daemon wrote. */
  claim(service: string, server: ServerId, index: number): void {
    const records = this.#records.get(service) ?? new Map<string, number>();
    records.set(nameOf(server), index);
    this.#records.set(service, records);
    this.#indices.claim(index);
    this.#noteAddress(index, server.address);
    const available = this.#flags(index) & SERVER_AVAILABLE;
    if (!available) this.#removed.set(index, { service, server: nameOf(server) });
  }

  #isIdle(index: number): boolean {
    const { loads } = this.#view;
    const connections = loads.get(index, "active") + loads.get(index, "inactive");
    return connections === 0 && loads.get(index, "persistent") === 0;
  }

  #remove(service: string, serviceIndex: number, kept: ReadonlySet<number>): void {
    for (const [server, index] of this.#records.get(service) ?? []) {
      if (kept.has(index)) continue;
      this.#setFlags(index, this.#flags(index) & ~SERVER_AVAILABLE);
      this.#view.servers.set(index, "service", serviceIndex);
      this.#removed.set(index, { service, server });
    }
  }

  #writeNew(index: number, server: Server, hop: NextHop): void {
    const { servers, loads } = this.#view;
    servers.record(index).fill(0);
    loads.record(index).fill(0);
    this.#zeroStats(index);
    servers.bytes(index, "address").set(mappedBytes(server.address));
    servers.set(index, "port", server.port);
    this.#writeOptions(index, server);
    this.#setFlags(index, SERVER_USED);
    this.#writeNextHop(index, hop);
    this.#noteAddress(index, server.address);
  }

  #noteAddress(index: number, address: string): void {
    const indices = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, indices.add(index));
  }

  #writeOptions(index: number, server: Server): void {
    const { servers, loads } = this.#view;
    const before = servers.get(index, "upper_threshold");
    servers.set(index, "method", METHOD_NUMBERS[server.method]);
    servers.set(index, "weight", server.weight);
    servers.set(index, "upper_threshold", server.upperThreshold);
    servers.set(index, "lower_threshold", server.lowerThreshold);
    this.#writeTunnel(index, server);
    // __ip_vs_update_dest(): a limit that is lifted or raised ends the overload.
    if (server.upperThreshold === 0 || server.upperThreshold > before) {
      loads.set(index, "overloaded", 0);
    }
  }

  #writeTunnel(index: number, { method, address, tunnel = PLAIN_TUNNEL }: Server): void {
    const { servers } = this.#view;
    const overhead = method === "tun" ? tunnelOverhead(tunnel, familyOf(address) ?? 4) : 0;
    servers.set(index, "tunnel", TUNNEL_NUMBERS[tunnel.type]);
    servers.set(index, "tunnel_port", tunnel.port);
    servers.set(index, "tunnel_flags", CHECKSUM_FLAGS[tunnel.checksum]);
    servers.set(index, "overhead", overhead);
  }

  /** Never half a next hop: not ready, then the new one, then ready, each in one store. */
  #writeNextHop(index: number, hop: NextHop): void {
    const { servers } = this.#view;
    const kept = this.#flags(index) & (SERVER_AVAILABLE | SERVER_USED);
    if (hop.kind !== "ready") {
      const why = { local: SERVER_LOCAL, unreachable: SERVER_UNREACHABLE, unresolved: 0 }[hop.kind];
      servers.setWord(index, "next_hop", flagBits(kept | why));
      return;
    }
    const { mac, source } = this.#wordsOf(hop);
    const ready = mac | flagBits(kept | SERVER_READY);
    const from = hop.from === undefined ? 0 : (this.#sources.index(hop.from) ?? 0);
    const same =
      servers.getWord(index, "next_hop") === ready &&
      servers.getWord(index, "source") === source &&
      servers.get(index, "ifindex") === hop.link &&
      servers.get(index, "tunnel_source") === from;
    if (same) return;
    servers.setWord(index, "next_hop", mac | flagBits(kept));
    servers.set(index, "tunnel_source", from);
    servers.setWord(index, "source", source);
    servers.set(index, "ifindex", hop.link);
    servers.setWord(index, "next_hop", ready);
  }

  /** What many servers share is put together once. */
  #wordsOf(hop: ReadyHop) {
    const known = this.#hopWords.get(hop);
    if (known !== undefined) return known;
    const source = macAndBits(hop.source, Math.min(hop.mtu, 0xffff));
    const words = { mac: macAndBits(hop.mac, 0), source };
    this.#hopWords.set(hop, words);
    return words;
  }

  #free(records: Map<string, number>, name: string, now: bigint): void {
    const index = records.get(name)!;
    records.delete(name);
    const address = formatMapped(this.#view.servers.bytes(index, "address"));
    const others = this.#byAddress.get(address);
    others?.delete(index);
    if (others?.size === 0) this.#byAddress.delete(address);
    this.#nat.remove(index);
    this.#setFlags(index, 0);
    this.#indices.give(index, now);
  }

  #zeroStats(index: number): void {
    const { cpus, servers } = this.#view.tables.dimensions;
    for (let cpu = 0; cpu < cpus; cpu++) this.#view.stats.record(cpu * servers + index).fill(0);
  }

  #flags(index: number): number {
    return this.#view.servers.get(index, "flags");
  }

  #setFlags(index: number, flags: number): void {
    this.#view.servers.set(index, "flags", flags);
  }
}

function* unresolved(
  addresses: Iterable<string>,
  hops: NextHops,
): Generator<{ link: number; address: string }> {
  for (const address of addresses) {
    const hop = hops.of(address);
    if (hop.kind === "unresolved") yield hop;
    if (hop.kind === "unreachable" && hop.ask) yield hop.ask;
  }
}

function tableFull(server: string) {
  return failure(
    "TABLE_FULL",
    `The server table has no room for ${server}`,
    "start the daemon with a larger --servers",
  );
}

function nameOf(server: ServerId): string {
  return socketAddress(server.address, server.port);
}

/** A MAC address and the 16 bits after it, as the word they are in memory. */
function macAndBits(mac: string, bits: number): bigint {
  const bytes = new Uint8Array(8);
  bytes.set(macBytes(mac));
  return new BigUint64Array(bytes.buffer)[0]! | flagBits(bits);
}

/** The 16 bits after a MAC address. */
function flagBits(bits: number): bigint {
  return BigInt(bits) << 48n;
}
