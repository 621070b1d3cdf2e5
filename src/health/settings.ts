import type { Script } from "../base/script.ts";
import type { ServerOptions, ServiceId, ServiceOptions, Tunnel } from "../state/rule.ts";

/**
 * What an administrator decides about virtual servers and who is fit: keepalived.conf(5)
 * virtual_server, real_server and their checkers. Times are in microseconds, addresses canonical.
 */

/** Where a check goes to and how long it has: the words that all checkers share. */
export interface CheckTarget {
  /** The real server's own, unless connect_ip and connect_port say otherwise. */
  readonly address: string;
  readonly port: number;
  readonly bindAddress?: string;
  readonly bindPort?: number;
  readonly bindInterface?: string;
  /** SO_MARK. */
  readonly mark?: number;
  readonly connectTimeout: number;
}

/** When a check runs and how often it must fail. */
export interface CheckTiming {
  readonly delayLoop: number;
  /** Tries after the first failure before the server is unfit. */
  readonly retry: number;
  readonly delayBeforeRetry: number;
  /** Before the first check a random time up to this. */
  readonly warmup: number;
}

export interface UrlSettings {
  readonly path: string;
  /** MD5 of the body, lower-case hex; absent where none is asked for. */
  readonly digest?: string;
  /** Ranges of status codes; absent for the default: 200 to 299 unless a digest decides. */
  readonly statusCodes?: readonly { readonly from: number; readonly to: number }[];
  readonly virtualHost?: string;
  readonly regex?: string;
  readonly regexOptions: readonly string[];
  readonly regexMustNotMatch: boolean;
}

/** What is asked of a real server, and what is a good answer. */
export type Conversation =
  | { readonly kind: "tcp" }
  | {
      readonly kind: "http";
      readonly tls: boolean;
      readonly urls: readonly UrlSettings[];
      readonly virtualHost?: string;
      readonly version: "1.0" | "1.0C" | "1.1";
      /** SNI; absent for none. */
      readonly serverName?: string;
      readonly fastRecovery: boolean;
    }
  | { readonly kind: "smtp"; readonly helo: string }
  | { readonly kind: "dns"; readonly type: string; readonly name: string }
  | {
      readonly kind: "udp";
      readonly payload?: Uint8Array;
      readonly requireReply: boolean;
      /** Bytes that must be equal where `mask` is set; absent where any reply will do. */
      readonly reply?: { readonly bytes: Uint8Array; readonly mask: Uint8Array };
      readonly minReply: number;
      readonly maxReply: number;
    }
  | { readonly kind: "ping" }
  | {
      readonly kind: "misc";
      readonly script: Script;
      readonly timeout: number;
      /** The exit status less 2 is the weight. */
      readonly dynamic: boolean;
    }
  | { readonly kind: "file"; readonly file: string; readonly weight: number };

export interface CheckSettings {
  readonly target: CheckTarget;
  readonly timing: CheckTiming;
  readonly conversation: Conversation;
  /** The server starts unfit until this check has passed. */
  readonly alpha: boolean;
  readonly logsAllFailures: boolean;
}

export interface RealServerSettings extends ServerOptions {
  readonly address: string;
  readonly port: number;
  readonly checks: readonly CheckSettings[];
  /** Unfit means weight 0, not removal. */
  readonly inhibitOnFailure: boolean;
  readonly alpha: boolean;
  readonly notifyUp?: Script;
  readonly notifyDown?: Script;
  readonly mails: boolean;
}

export interface SorryServerSettings {
  readonly address: string;
  readonly port: number;
  readonly method: ServerOptions["method"];
  readonly tunnel?: Tunnel;
  readonly inhibits: boolean;
}

export interface VirtualServerSettings extends ServiceOptions {
  /** One service, or those of a virtual_server_group: the same servers behind each. */
  readonly services: readonly ServiceId[];
  /** How the configuration names it: "192.168.150.100 80", "fwmark 1", "group web". */
  readonly title: string;
  readonly servers: readonly RealServerSettings[];
  readonly sorryServer?: SorryServerSettings;
  /** Weights of fit servers that it needs: see inventory K-63; hysteresis is around it. */
  readonly quorum: number;
  readonly hysteresis: number;
  readonly quorumUp?: Script;
  readonly quorumDown?: Script;
  readonly alpha: boolean;
  readonly omega: boolean;
  /** Not checked while this director does not hold the VIP. */
  readonly haSuspend: boolean;
  readonly mails: boolean;
}
