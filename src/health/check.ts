import type { Script } from "../base/script.ts";
import type { CheckTarget } from "./settings.ts";

/** What one kind of check says and takes for a good answer; conversation.ts does the rest. */
export type Check =
  | {
      readonly by: "exchange";
      readonly transport: Transport;
      readonly target: CheckTarget;
      /** The first turn, as soon as there is a connection, or for UDP and ping a socket. */
      connected(): Turn;
    }
  | {
      readonly by: "script";
      readonly script: Script;
      /** Microseconds. */
      readonly timeout: number;
      ended(end: Ended): Verdict;
    };

export type Transport =
  | { readonly kind: "tcp" }
  /** TLS over TCP; `serverName` is SNI, absent for none. */
  | { readonly kind: "tls"; readonly serverName?: string }
  | { readonly kind: "udp" }
  | { readonly kind: "ping" };

/** What to say, and what to make of the answer; or the verdict. */
export type Turn =
  | { readonly next: Dialogue; readonly send?: Uint8Array }
  | { readonly verdict: Verdict };

/** Where a check is in its conversation. It never changes: each answer makes the next one. */
export interface Dialogue {
  hear(bytes: Uint8Array): Turn;
  /** The other end has closed the stream; datagrams never do. */
  closed(): Verdict;
  /** Nothing came in time; absent where that is no good. */
  silence?(): Verdict;
}

/** How a script came to its end. */
export type Ended =
  | { readonly kind: "exit"; readonly status: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "timeout" };

export interface Verdict {
  readonly fit: boolean;
  /** One sentence without its full stop. */
  readonly why: string;
  /** What to add to the configured weight; absent for nothing. */
  readonly weight?: number;
  /** Our own end failed: it says nothing of the server, and changes nothing. */
  readonly isOurs?: true;
}

export function good(why: string): { readonly verdict: Verdict } {
  return { verdict: { fit: true, why } };
}

export function bad(why: string): { readonly verdict: Verdict } {
  return { verdict: { fit: false, why } };
}
