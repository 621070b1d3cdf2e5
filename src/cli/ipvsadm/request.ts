import type { Operation, ServiceId } from "../../state/rule.ts";

export type ListingColumns =
  | "default"
  | "stats"
  | "rate"
  | "thresholds"
  | "persistent-conn"
  | "tun-info";

export interface ListingStyle {
  readonly columns: ListingColumns;
  readonly numeric: boolean;
  readonly exact: boolean;
  readonly sorted: boolean;
  readonly json: boolean;
}

/** What a command line asks for. */
export type Request =
  | { readonly kind: "change"; readonly operation: Operation }
  | {
      readonly kind: "list";
      readonly subject: "services" | "connections" | "timeouts" | "daemons";
      readonly service?: ServiceId;
      /** -L -c --persistent-conn: the engine's columns. */
      readonly engines: boolean;
      readonly style: ListingStyle;
    }
  | { readonly kind: "save"; readonly numeric: boolean }
  | { readonly kind: "restore" }
  | { readonly kind: "start-daemon"; readonly role: DaemonRole }
  | { readonly kind: "stop-daemon"; readonly role: DaemonRole }
  | { readonly kind: "help" }
  | { readonly kind: "version" };

export type DaemonRole = "master" | "backup";
