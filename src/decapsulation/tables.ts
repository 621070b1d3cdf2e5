import { assert } from "../base/assert.ts";
import { formatMapped, IPV6_ADDRESS_BYTES, mappedBytes } from "../wire/address.ts";
import { readU16, writeU16 } from "../wire/bytes.ts";
import { REASONS, type Reason } from "./reason.ts";

/**
 * The tables of the decapsulation, shared with the program (xdp/tables.h). Ports and addresses are
 * in network byte order, IPv4 addresses in their mapped form; all else is little-endian.
 *
 * - `config`: one entry: kinds of tunnel (u8), unused (u8), GUE's port (be16), how many directors
 *   (u32), how many VIPs (u32), unused (u32).
 * - `addresses`: the directors', and from entry DIRECTORS_MAX on the VIPs.
 * - `reasons`: how many frames met each reason, by CPU.
 */
export const DIRECTORS_MAX = 16;
export const VIPS_MAX = 64;
/** Room for reasons in a CPU's row. */
const REASONS_MAX = 16;
const CONFIG_BYTES = 16;
const AT = { kinds: 0, guePort: 2, directors: 4, vips: 8 } as const;
const KIND_IPIP = 1;
const KIND_GRE = 2;

export type TableName = "config" | "addresses" | "reasons";

/** What the tables are made with, for this many CPUs. */
export function tables(cpus: number): Record<TableName, { bytes: number; entries: number }> {
  return {
    config: { bytes: CONFIG_BYTES, entries: 1 },
    addresses: { bytes: IPV6_ADDRESS_BYTES, entries: DIRECTORS_MAX + VIPS_MAX },
    reasons: { bytes: 8, entries: REASONS_MAX * cpus },
  };
}

/** What a real server takes out of tunnels. */
export interface Configuration {
  /** IP in IP: IPv4 (protocol 4) and IPv6 (41) in either family. */
  readonly ipip: boolean;
  readonly gre: boolean;
  /** UDP port of GUE; 0 for no GUE. */
  readonly guePort: number;
  /** From whom: at most DIRECTORS_MAX. */
  readonly directors: readonly string[];
  /** To whom: at most VIPS_MAX. */
  readonly vips: readonly string[];
}

type List = "directors" | "vips";
const FIRST: Record<List, number> = { directors: 0, vips: DIRECTORS_MAX };
const ROOM: Record<List, number> = { directors: DIRECTORS_MAX, vips: VIPS_MAX };

/** The tables as the specification and the control plane see them. */
export class Tables {
  readonly memory: Readonly<Record<TableName, ArrayBuffer>>;
  readonly #config: Uint8Array;
  readonly #counts: DataView;
  readonly #addresses: Uint8Array;
  readonly #reasons: BigUint64Array;

  constructor(memory: Readonly<Record<TableName, ArrayBuffer>>) {
    this.memory = memory;
    this.#config = new Uint8Array(memory.config);
    this.#counts = new DataView(memory.config);
    this.#addresses = new Uint8Array(memory.addresses);
    this.#reasons = new BigUint64Array(memory.reasons);
  }

  get ipip(): boolean {
    return (this.#config[AT.kinds]! & KIND_IPIP) !== 0;
  }

  get gre(): boolean {
    return (this.#config[AT.kinds]! & KIND_GRE) !== 0;
  }

  get guePort(): number {
    return readU16(this.#config, AT.guePort);
  }

  /** Whether 16 bytes are the address of one of the list. */
  has(list: List, address: Uint8Array): boolean {
    for (let i = 0; i < this.#count(list); i++) {
      if (this.#entry(list, i).every((byte, at) => byte === address[at])) return true;
    }
    return false;
  }

  count(reason: Reason): void {
    const at = REASONS.indexOf(reason);
    this.#reasons[at] = this.#reasons[at]! + 1n;
  }

  /** Frames that met a reason, on all CPUs. */
  counted(reason: Reason): bigint {
    let sum = 0n;
    for (let at = REASONS.indexOf(reason); at < this.#reasons.length; at += REASONS_MAX) {
      sum += this.#reasons[at]!;
    }
    return sum;
  }

  read(): Configuration {
    const list = (name: List) =>
      Array.from({ length: this.#count(name) }, (_, i) => formatMapped(this.#entry(name, i)));
    const { ipip, gre, guePort } = this;
    return { ipip, gre, guePort, directors: list("directors"), vips: list("vips") };
  }

  /** While packets come in: what stays in a list is found in it at every moment. */
  write(wanted: Configuration): void {
    this.#config[AT.kinds] = (wanted.ipip ? KIND_IPIP : 0) | (wanted.gre ? KIND_GRE : 0);
    writeU16(this.#config, AT.guePort, wanted.guePort);
    this.#writeList("directors", wanted.directors);
    this.#writeList("vips", wanted.vips);
  }

  #writeList(name: List, wanted: readonly string[]): void {
    assert(wanted.length <= ROOM[name], "a list that fits its table", name, wanted.length);
    const missing = new Set(wanted);
    for (let i = this.#count(name) - 1; i >= 0; i--) {
      if (missing.delete(formatMapped(this.#entry(name, i)))) continue;
      // The last takes the place of the one that goes, and stands in both until the list is short.
      const last = this.#count(name) - 1;
      this.#entry(name, i).set(this.#entry(name, last));
      this.#counts.setUint32(AT[name], last, true);
    }
    for (const address of missing) {
      const count = this.#count(name);
      this.#entry(name, count).set(mappedBytes(address));
      this.#counts.setUint32(AT[name], count + 1, true);
    }
  }

  #count(list: List): number {
    return Math.min(this.#counts.getUint32(AT[list], true), ROOM[list]);
  }

  #entry(list: List, index: number): Uint8Array {
    const at = (FIRST[list] + index) * IPV6_ADDRESS_BYTES;
    return this.#addresses.subarray(at, at + IPV6_ADDRESS_BYTES);
  }
}

/** Tables in ordinary memory. */
export function memoryTables(cpus: number): Tables {
  const buffer = (name: TableName) => {
    const { bytes, entries } = tables(cpus)[name];
    return new ArrayBuffer(bytes * entries);
  };
  return new Tables({
    config: buffer("config"),
    addresses: buffer("addresses"),
    reasons: buffer("reasons"),
  });
}
