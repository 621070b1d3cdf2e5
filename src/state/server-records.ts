import { failure, type Result, success } from "../base/fault.ts";
import {
  SERVER_AVAILABLE,
  SERVER_LOCAL,
  SERVER_READY,
  SERVER_UNREACHABLE,
  SERVER_USED,
} from "../datapath/layout.ts";
import type { View } from "../datapath/tables.ts";
import { formatMapped, mappedBytes } from "../wire/address.ts";
import { macBytes } from "../wire/mac.ts";
import { IndexAllocator } from "./index-allocator.ts";
import type { NextHop, NextHops } from "./next-hop.ts";
import { type ForwardingMethod, type Server, type ServerId, socketAddress } from "./rule.ts";

/** IP_VS_CONN_F_FWD_MASK: how the kernel numbers forwarding methods. */
export const METHOD_NUMBERS: Record<ForwardingMethod, number> = { nat: 0, tun: 2, dr: 3 };

/**
 * The service of a server that outlived it: an earlier daemon's, to nobody's use but its packets'.
 */
const NO_SERVICE = 0xffff_ffff;

/**
 * The records of real servers. A server that is removed keeps its record while connections name it:
 * their packets find out there that it is gone, and when it is added again to the same service it
 * has its connections and counts back (ip_vs_trash_get_dest()).
 */
export class ServerRecords {
  readonly #view: View;
  readonly #indices: IndexAllocator;
  /**
   * By service name, then by socket address; removed ones too, as long as connections name them.
   */
  readonly #records = new Map<string, Map<string, number>>();
  readonly #removed = new Map<number, { service: string; server: string }>();
  /** The records of each address: many services may share a server, and with it the next hop. */
  readonly #byAddress = new Map<string, Set<number>>();

  constructor(view: View, graceTime: bigint) {
    this.#view = view;
    this.#indices = new IndexAllocator(view.tables.dimensions.servers, graceTime);
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
  take(service: string, servers: readonly Server[], hops: NextHops, now: bigint): Result<number[]> {
    const records = this.#records.get(service) ?? new Map<string, number>();
    const fresh: string[] = [];
    for (const server of servers) {
      if (records.has(nameOf(server))) continue;
      const index = this.#indices.take(now);
      if (index === undefined) {
        for (const name of fresh) this.#free(records, name, now);
        return failure(
          "TABLE_FULL",
          `The server table has no room for ${nameOf(server)}`,
          "start the daemon with a larger --servers",
        );
      }
      this.#writeNew(index, server, hops.of(server.address));
      records.set(nameOf(server), index);
      fresh.push(nameOf(server));
    }
    this.#records.set(service, records);
    const indices = servers.map((server) => records.get(nameOf(server))!);
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

  /** Every server anew: what is ready, what is to be asked for. */
  writeNextHops(hops: NextHops): void {
    for (const [address, indices] of this.#byAddress) {
      const hop = hops.of(address);
      for (const index of indices) this.#writeNextHop(index, hop);
    }
  }

  /** The neighbours that the kernel is to resolve: link and address. */
  *unresolved(hops: NextHops): Generator<{ link: number; address: string }> {
    for (const address of this.#byAddress.keys()) {
      const hop = hops.of(address);
      if (hop.kind === "unresolved") yield hop;
      if (hop.kind === "unreachable" && hop.ask) yield hop.ask;
    }
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
    return loads.get(index, "active") === 0 && loads.get(index, "inactive") === 0;
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
    // __ip_vs_update_dest(): a limit that is lifted or raised ends the overload.
    if (server.upperThreshold === 0 || server.upperThreshold > before) {
      loads.set(index, "overloaded", 0);
    }
  }

  /** Never half a next hop: not ready, then the new one, then ready, each in one store. */
  #writeNextHop(index: number, hop: NextHop): void {
    const { servers } = this.#view;
    const kept = this.#flags(index) & (SERVER_AVAILABLE | SERVER_USED);
    if (hop.kind !== "ready") {
      const why = { local: SERVER_LOCAL, unreachable: SERVER_UNREACHABLE, unresolved: 0 }[hop.kind];
      servers.setWord(index, "next_hop", macAndBits("00:00:00:00:00:00", kept | why));
      return;
    }
    const ready = macAndBits(hop.mac, kept | SERVER_READY);
    const source = macAndBits(hop.source, Math.min(hop.mtu, 0xffff));
    const same =
      servers.getWord(index, "next_hop") === ready &&
      servers.getWord(index, "source") === source &&
      servers.get(index, "ifindex") === hop.link;
    if (same) return;
    servers.setWord(index, "next_hop", macAndBits(hop.mac, kept));
    servers.setWord(index, "source", source);
    servers.set(index, "ifindex", hop.link);
    servers.setWord(index, "next_hop", ready);
  }

  #free(records: Map<string, number>, name: string, now: bigint): void {
    const index = records.get(name)!;
    records.delete(name);
    const address = formatMapped(this.#view.servers.bytes(index, "address"));
    const others = this.#byAddress.get(address);
    others?.delete(index);
    if (others?.size === 0) this.#byAddress.delete(address);
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
    const word = this.#view.servers.getWord(index, "next_hop");
    const mac = word & 0xffff_ffff_ffffn;
    this.#view.servers.setWord(index, "next_hop", (BigInt(flags) << 48n) | mac);
  }
}

function nameOf(server: ServerId): string {
  return socketAddress(server.address, server.port);
}

/** A MAC address and the 16 bits after it, as the word they are in memory. */
function macAndBits(mac: string, bits: number): bigint {
  const bytes = new Uint8Array(8);
  bytes.set(macBytes(mac));
  new DataView(bytes.buffer).setUint16(6, bits, true);
  return new BigUint64Array(bytes.buffer)[0]!;
}
