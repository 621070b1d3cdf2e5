import type { Result } from "../../base/fault.ts";
import type { Operation, Server, Service, Timeouts } from "../../state/rule.ts";

/**
 * What a client may ask of a director. The daemon answers it, the unix socket carries it, `ipvsadm`
 * and the other verbs ask it.
 */
export interface Director {
  /**
   * Applies a batch of changes at once: all or nothing. A failed batch answers the fault of its first
   * bad operation; `details.operation` is its index.
   */
  apply(operations: readonly Operation[]): Promise<Applied>;
  list(): Promise<Result<Listing>>;
  connections(): Promise<Result<readonly ConnectionEntry[]>>;
}

export type Applied =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** Index of the operation that could not be applied; nothing was. */
      readonly operation: number;
      readonly fault: { readonly code: string; readonly message: string; readonly fix?: string };
    };

export interface Counters {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

/** Per second, as IPVS's estimator has them (inventory V-13). */
export interface Rates {
  readonly connections: bigint;
  readonly inPackets: bigint;
  readonly outPackets: bigint;
  readonly inBytes: bigint;
  readonly outBytes: bigint;
}

export interface ListedServer extends Server {
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
  readonly counters: Counters;
  readonly rates: Rates;
}

export interface ListedService extends Omit<Service, "servers"> {
  /** Newest first, as IPVS keeps them. */
  readonly servers: readonly ListedServer[];
  readonly counters: Counters;
  readonly rates: Rates;
}

export interface Listing {
  /** Entries that the connection table holds: the "size" of ipvsadm's first line. */
  readonly connectionTableSize: number;
  readonly timeouts: Timeouts;
  readonly services: readonly ListedService[];
}

/** One line of `ipvsadm -Lnc`. */
export interface ConnectionEntry {
  /** "TCP", "UDP", "SCTP", or "IP" for the template of a mark. */
  readonly protocol: string;
  /** Seconds until it ends, rounded down. */
  readonly expires: number;
  /** IPVS's own names: "SYN_RECV", "ESTABLISHED", "UDP". */
  readonly state: string;
  readonly client: { readonly address: string; readonly port: number };
  readonly virtual: { readonly address: string; readonly port: number };
  readonly destination: { readonly address: string; readonly port: number };
  readonly engine?: { readonly name: string; readonly data: string };
}
