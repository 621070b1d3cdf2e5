import { KEY_NAT_SERVER, METHOD_NAT, SERVER_USED } from "../datapath/constants.ts";
import { serviceKey } from "../datapath/layout.ts";
import { natFilterBit, natServerKey } from "../datapath/nat-servers.ts";
import { Records } from "../datapath/records.ts";
import { serverAddress } from "../datapath/server-address.ts";
import { decodeServiceValue, encodeServiceValue } from "../datapath/service.ts";
import type { View } from "../datapath/tables.ts";
import { hex } from "../wire/bytes.ts";

/** The servers of one address, port and protocol: a key of the service table, and a chain. */
interface Chain {
  readonly key: Uint8Array;
  readonly servers: number[];
}

/**
 * By what a NAT server's packets are told from others: a filter of addresses, a key for each server
 * address, port and protocol, and behind it the chain of records that are reached there. Packets
 * read all of it at any time, so each change is in an order in which what was whole stays whole.
 */
export class NatServers {
  readonly #view: View;
  /** By the key's bytes. */
  readonly #chains = new Map<string, Chain>();
  readonly #keys = new Map<number, string>();
  /** How many servers each bit of the filter stands for. */
  readonly #bits = new Map<number, number>();

  /** Takes up what an earlier daemon wrote. */
  constructor(view: View) {
    this.#view = view;
    for (const key of [...view.tables.serviceKeys.keys()]) {
      if (new Records(serviceKey, key.slice().buffer).get(0, "kind") !== KEY_NAT_SERVER) continue;
      const servers = this.#readChain(key);
      if (servers.length === 0) view.tables.serviceKeys.delete(key);
      else this.#chains.set(hex(key), { key, servers });
      for (const server of servers) this.#note(server, hex(key));
    }
  }

  /**
   * From now on packets of this server may be answers of its service. `protocol`: the service's, 0
   * for a mark. The record is written. False when the table of keys is full.
   */
  add(server: number, protocol: number): boolean {
    const { servers, control, natFilter } = this.#view;
    const key = natServerKey(
      servers.bytes(server, "address"),
      servers.get(server, "port"),
      protocol,
    );
    const name = hex(key);
    const known = this.#keys.get(server);
    if (known === name) return true;
    if (known !== undefined) this.remove(server);

    const chain = this.#chains.get(name) ?? { key, servers: [] };
    servers.set(server, "next_same", 0);
    const last = chain.servers.at(-1);
    if (last !== undefined) servers.set(last, "next_same", server + 1);
    else if (!this.#setFirst(key, server)) return false;
    chain.servers.push(server);
    this.#chains.set(name, chain);
    this.#note(server, name);
    const bit = this.#bit(server);
    natFilter[bit >>> 5] = natFilter[bit >>> 5]! | (1 << (bit & 31));
    control.set(0, "nat", 1);
    return true;
  }

  /**
   * Its packets are no answers any more. Who is on its way along the chain finds on: the record
   * keeps what it says until it is another's.
   */
  remove(server: number): void {
    const name = this.#keys.get(server);
    if (name === undefined) return;
    const { key, servers } = this.#chains.get(name)!;
    const at = servers.indexOf(server);
    servers.splice(at, 1);
    const next = servers[at];
    if (at > 0) {
      this.#view.servers.set(servers[at - 1]!, "next_same", next === undefined ? 0 : next + 1);
    } else if (next !== undefined) {
      this.#setFirst(key, next);
    } else {
      this.#view.tables.serviceKeys.delete(key);
      this.#chains.delete(name);
    }
    this.#forget(server);
  }

  #forget(server: number): void {
    const { control, natFilter } = this.#view;
    this.#keys.delete(server);
    if (this.#keys.size === 0) control.set(0, "nat", 0);
    const bit = this.#bit(server);
    const others = this.#bits.get(bit)! - 1;
    this.#bits.set(bit, others);
    if (others > 0) return;
    this.#bits.delete(bit);
    natFilter[bit >>> 5] = natFilter[bit >>> 5]! & ~(1 << (bit & 31));
  }

  #note(server: number, name: string): void {
    const bit = this.#bit(server);
    this.#keys.set(server, name);
    this.#bits.set(bit, (this.#bits.get(bit) ?? 0) + 1);
  }

  #setFirst(key: Uint8Array, server: number): boolean {
    const value = encodeServiceValue({ service: server, vip: 0, flags: 0 });
    return this.#view.tables.serviceKeys.set(key, value);
  }

  #bit(server: number): number {
    return natFilterBit(this.#view, serverAddress(this.#view, server));
  }

  /** As far as it is of NAT servers in use: a daemon may have died between two of its stores. */
  #readChain(key: Uint8Array): number[] {
    const { servers, tables } = this.#view;
    const chain: number[] = [];
    let next = decodeServiceValue(tables.serviceKeys.get(key)!).service + 1;
    while (next !== 0 && next <= servers.count && !chain.includes(next - 1)) {
      const server = next - 1;
      const used = (servers.get(server, "flags") & SERVER_USED) !== 0;
      if (!used || servers.get(server, "method") !== METHOD_NAT) break;
      chain.push(server);
      next = servers.get(server, "next_same");
    }
    return chain;
  }
}
