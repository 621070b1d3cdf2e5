import type { State } from "../cluster/effect.ts";

/** What becomes of a frame on its way to one of the others. */
export interface Passage {
  readonly to: string;
  /** True times of arrival: none where it is lost, two where it comes twice. */
  readonly arrivals: readonly number[];
}

/** What an onlooker who sees everything would write down. `time` is true, in microseconds. */
export type Entry = { readonly time: number; readonly host: string } & (
  | { readonly kind: "frame"; readonly bytes: Uint8Array; readonly passages: readonly Passage[] }
  /** A message reached the host's socket; later the daemon takes it from there. */
  | { readonly kind: "arrived" | "heard"; readonly from: string }
  /** A new daemon. */
  | { readonly kind: "started" }
  /** The lease of a slot was written: it ends at `until`, of true time. */
  | { readonly kind: "lease"; readonly slot: number; readonly until: number }
  /** The kernel has a virtual address, or no longer. */
  | { readonly kind: "address"; readonly address: string; readonly held: boolean }
  | { readonly kind: "link"; readonly up: boolean }
  | {
      readonly kind: "state";
      readonly instance: string;
      readonly state: State;
      readonly priority: number;
    }
  | { readonly kind: "log"; readonly level: "info" | "warn"; readonly message: string }
  /** Something was done to the host, or to what leads to it: a sentence without its name. */
  | { readonly kind: "event"; readonly what: string }
);

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An entry before its time and host are written beside it. */
export type Happening = Without<Entry, "time" | "host">;
