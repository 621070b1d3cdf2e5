import { wordIsUsed } from "../datapath/connection.ts";
import type { View } from "../datapath/tables.ts";
import { mappedBytes } from "../wire/address.ts";

/**
 * The numbered virtual addresses that connections name. A number stays its address's as long as a
 * service or a connection may name it.
 */
export class VipRecords {
  readonly #view: View;
  readonly #byName = new Map<string, number>();
  #free: number[];

  constructor(view: View) {
    this.#view = view;
    this.#free = Array.from({ length: view.tables.dimensions.vips }, (_, i) => i).reverse();
  }

  /** The number of an address; undefined when all are in use. `published`: those of services. */
  take(address: string, protocol: number, published: () => Iterable<number>): number | undefined {
    const name = `${protocol} ${address}`;
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#free.length === 0) this.#collect(published());
    const index = this.#free.pop();
    if (index === undefined) return undefined;
    this.#view.vips.record(index).fill(0);
    this.#view.vips.bytes(index, "address").set(mappedBytes(address));
    this.#view.vips.set(index, "protocol", protocol);
    this.#byName.set(name, index);
    return index;
  }

  /** Takes note of a number that an earlier daemon gave out. */
  claim(index: number, address: string, protocol: number): void {
    this.#byName.set(`${protocol} ${address}`, index);
    this.#free = this.#free.filter((free) => free !== index);
  }

  /** Frees what neither a service nor a live connection names. */
  #collect(published: Iterable<number>): void {
    const used = new Set(published);
    for (let index = 0; index < this.#view.cold.count; index++) {
      if (wordIsUsed(this.#view, index)) used.add(this.#view.cold.get(index, "vip"));
    }
    for (const [name, index] of this.#byName) {
      if (used.has(index)) continue;
      this.#byName.delete(name);
      this.#free.push(index);
    }
  }
}
