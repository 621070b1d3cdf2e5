import type { Fault } from "../../base/fault.ts";
import type { DropReason } from "../../cluster/drop-reason.ts";
import type { State } from "../../cluster/effect.ts";
import type { GroupSettings, InstanceSettings } from "../../cluster/settings.ts";
import type { HeldAddress } from "../../kernel/election-ground.ts";

/** What the daemon tells the thread of its elections, and hears from it: it can be cloned. */

/** An instance with what the host says of its interface. */
export interface ElectionInstance {
  readonly settings: InstanceSettings;
  /** Absent while the interface is missing, down or without an address to send from. */
  readonly ground?: Placed;
  /** Why `ground` is absent. */
  readonly because?: string;
}

/** Where an instance works. */
export interface Placed {
  readonly link: number;
  /** Of the data path's leases. */
  readonly slot: number;
  readonly mac: string;
  readonly source: string;
  /** The virtual addresses, each with the interface that gets it and the MAC address of that. */
  readonly held: readonly (HeldAddress & { readonly mac: string })[];
}

export type Order =
  | {
      readonly kind: "configure";
      readonly instances: readonly ElectionInstance[];
      readonly groups: readonly GroupSettings[];
    }
  /**
   * What is tracked: the priority that it leaves, and a fault that it is, or is no more. `pending`:
   * it is one only because something has no result yet.
   */
  | {
      readonly kind: "tracked";
      readonly instance: string;
      readonly priority: number;
      readonly fault?: string;
      readonly pending?: true;
    }
  /** Every instance lets go and says so; "stopped" answers. */
  | { readonly kind: "stop" };

export type Report =
  | {
      readonly kind: "state";
      readonly of: "INSTANCE" | "GROUP";
      readonly name: string;
      readonly state: State;
      readonly priority: number;
    }
  | {
      readonly kind: "lower-heard";
      readonly instance: string;
      readonly source: string;
      readonly priority: number;
    }
  | { readonly kind: "log"; readonly level: "info" | "warn"; readonly message: string }
  | { readonly kind: "fault"; readonly instance: string; readonly fault: Fault }
  | { readonly kind: "counts"; readonly instances: readonly InstanceCounts[] }
  | { readonly kind: "stopped" };

/** Since the thread began. */
export interface InstanceCounts {
  readonly name: string;
  readonly state: State;
  readonly priority: number;
  /** Whether the data path may take the virtual addresses' packets. */
  readonly holding: boolean;
  readonly sent: number;
  readonly received: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly becameMaster: number;
  readonly releasedMaster: number;
  /** The most that an advertisement was late, in microseconds. */
  readonly latest: number;
}
