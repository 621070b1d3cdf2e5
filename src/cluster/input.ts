import type { Advertisement } from "../wire/vrrp.ts";
import type { InstanceSettings } from "./settings.ts";

/** What an instance hears of the world; `now` comes beside it. */
export type Input =
  /** The interface and its address are known, and nothing that is tracked has failed. */
  | {
      readonly kind: "start";
      /**
       * The lease that an earlier daemon's advertisement left in force, in microseconds of the
       * same clock: the instance goes on as the master that it was.
       */
      readonly leaseUntil?: number;
    }
  /** One that has passed every check of receive.ts. */
  | {
      readonly kind: "advertisement";
      readonly source: string;
      /** Whether the sender's address is higher than our own: the tie rule. */
      readonly sourceIsHigher: boolean;
      readonly advertisement: Advertisement;
    }
  /** The deadline has come. Whoever waits reads what has arrived before it says so. */
  | { readonly kind: "deadline" }
  /** An "advertise" effect was carried out at `at`, or could not be. */
  | { readonly kind: "sent"; readonly at: number; readonly ok: boolean }
  /** The priority with what is tracked; 255 stays as it is. */
  | { readonly kind: "priority"; readonly priority: number }
  /** Something without which it may not be master; `because` is a sentence for the log. */
  | { readonly kind: "fault"; readonly because: string }
  | { readonly kind: "recovered" }
  /** Somebody took away what a master has (K-44), the daemon puts it back and goes on. */
  | { readonly kind: "reconfigure"; readonly settings: InstanceSettings }
  /** Its sync group moves: it follows without waiting. */
  | { readonly kind: "group"; readonly to: "master" | "backup" }
  /** The daemon ends, or the configuration no longer has the instance. */
  | { readonly kind: "stop" };
