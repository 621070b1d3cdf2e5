import { wordIsUsed } from "../datapath/connection.ts";
import { TUPLE_FLOW, VIP_FREE, VIP_LEAVING, VIP_USED } from "../datapath/constants.ts";
import type { View } from "../datapath/tables.ts";
import { readWords } from "../datapath/tuple.ts";
import { vipIndex } from "../datapath/vip-table.ts";
import { mappedBytes } from "../wire/address.ts";

/**
 * The numbered virtual sides that connections name (datapath/vip-table.ts), as the control plane
 * keeps them: it enters those of services, and frees what nobody names any more.
 */
export class VipRecords {
  readonly #view: View;
  /** Numbers that are leaving, and since when, in ns. */
  readonly #leaving = new Map<number, bigint>();

  constructor(view: View) {
    this.#view = view;
  }

  /** The number of a service's address; undefined when there is no room for it. */
  take(address: string, protocol: number): number | undefined {
    const bytes = mappedBytes(address);
    const words = readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
    return vipIndex(this.#view, { address: words, protocol, kind: TUPLE_FLOW });
  }

  /**
   * Frees what neither a service (`published`) nor a live entry names. In two turns, `graceTime` ns
   * apart: in the first a number leaves and no packet takes it any more, in the second those that
   * came meanwhile are counted too.
   */
  collect(published: ReadonlySet<number>, now: bigint, graceTime: bigint): void {
    const used = new Set(published);
    for (let index = 0; index < this.#view.cold.count; index++) {
      if (wordIsUsed(this.#view, index)) used.add(this.#view.cold.get(index, "vip"));
    }
    for (const [index, since] of this.#leaving) {
      if (now - since < graceTime) continue;
      this.#leaving.delete(index);
      this.#setState(index, used.has(index) ? VIP_USED : VIP_FREE);
    }
    for (let index = 0; index < this.#view.vips.count; index++) {
      const state = this.#view.vips.get(index, "state");
      // One that an earlier daemon began to free goes on from here.
      const left = state === VIP_LEAVING && !this.#leaving.has(index);
      if (!left && (state !== VIP_USED || used.has(index))) continue;
      this.#setState(index, VIP_LEAVING);
      this.#leaving.set(index, now);
    }
  }

  /** How many of the records are taken, from 0 to 1. */
  fullness(): number {
    const { vips } = this.#view;
    let taken = 0;
    for (let index = 0; index < vips.count; index++) {
      if (vips.get(index, "state") !== VIP_FREE) taken++;
    }
    return taken / vips.count;
  }

  /** A free record is all zero, so that who claims it finds its word so. */
  #setState(index: number, state: number): void {
    if (state === VIP_FREE) this.#view.vips.record(index).fill(0);
    else this.#view.vips.set(index, "state", state);
  }
}
