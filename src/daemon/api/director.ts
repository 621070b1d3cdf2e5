import type { Fault, Result } from "../../base/fault.ts";
import type { ConnectionEntry } from "../../state/connections.ts";
import type { Listing } from "../../state/listing.ts";
import type { Operation } from "../../state/rule.ts";

export type { ConnectionEntry, Endpoint } from "../../state/connections.ts";
export type { Counters } from "../../state/counters.ts";
export type { ListedServer, ListedService, Listing } from "../../state/listing.ts";

/**
 * What a client may ask of a director. The daemon answers it, the unix socket carries it, `ipvsadm`
 * and the other verbs ask it.
 */
export interface Director {
  /** Applies a batch of changes at once: all or nothing. */
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
      readonly fault: Fault;
    };
