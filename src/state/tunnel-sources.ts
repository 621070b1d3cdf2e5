import { TUNNEL_SOURCES } from "../datapath/constants.ts";
import type { View } from "../datapath/tables.ts";
import { formatMapped, mappedBytes } from "../wire/address.ts";

/**
 * The numbered addresses of ours that tunnels begin at, in the table that the data path reads. A
 * director has one on each way to its servers: few, so a number stays its address's for good.
 */
export class TunnelSources {
  readonly #view: View;
  readonly #indices = new Map<string, number>();

  /** Takes up what an earlier daemon entered; the table is packed. */
  constructor(view: View) {
    this.#view = view;
    for (let index = 0; index < TUNNEL_SOURCES; index++) {
      const bytes = view.tunnelSources.bytes(index, "address");
      if (bytes.every((byte) => byte === 0)) break;
      this.#indices.set(formatMapped(bytes), index);
    }
  }

  /** The number of an address; undefined when the table is full. */
  index(address: string): number | undefined {
    const known = this.#indices.get(address);
    if (known !== undefined) return known;
    const index = this.#indices.size;
    if (index === TUNNEL_SOURCES) return undefined;
    this.#view.tunnelSources.bytes(index, "address").set(mappedBytes(address));
    this.#indices.set(address, index);
    return index;
  }
}
