import type { Result } from "../base/fault.ts";
import type { Dimensions } from "../datapath/layout.ts";
import type { Tables } from "../datapath/tables.ts";

/**
 * What the daemon needs of an operating system. `kernel/linux` is the real one, `simulator` the one
 * in memory; nothing else in the project touches a socket, a clock or a map.
 */
/** How the host itself routes, as far as the data path hands packets up to it. */
export interface HostRouting {
  /**
   * Lets answers of NAT servers that come in on the interface be routed on, with the VIP as their
   * source.
   *
   * Faults: FORWARDING_OFF, REVERSE_PATH, SYSCTL_MISSING, SYSCTL_REFUSED.
   */
  admitReplies(link: string): Result<void>;
}

export interface Kernel {
  readonly clock: Clock;
  readonly network: Network;
  readonly routing: HostRouting;
  readonly dataPath: DataPathLoader;
}

export interface Clock {
  /** CLOCK_MONOTONIC in nanoseconds: the clock of the lease and of the tables' ticks. */
  monotonic(): bigint;
}

export type Mac = string;

export interface Link {
  readonly index: number;
  readonly name: string;
  /** "02:00:00:00:00:10"; "" where the link has none. */
  readonly mac: Mac;
  readonly mtu: number;
  readonly up: boolean;
  /** ARPHRD_* of <linux/if_arp.h>: 1 Ethernet, 772 loopback. */
  readonly hardware: number;
}

export interface Address {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
  readonly link: number;
}

export interface Route {
  readonly family: 4 | 6;
  /** "0.0.0.0/0", "192.168.150.0/24". */
  readonly destination: string;
  /** Absent where the destination is on the link itself. */
  readonly gateway?: string;
  /** Interface index; absent for unreachable, blackhole and so on. */
  readonly link?: number;
  readonly metric: number;
  /** RTN_*: 1 unicast, 2 local, 3 broadcast, 6 blackhole, 7 unreachable, 8 prohibit. */
  readonly type: number;
  /** RT_TABLE_*: 254 main, 255 local. */
  readonly table: number;
  /** RTAX_MTU, 0 where the route sets none. */
  readonly mtu: number;
  /** Our own address that packets of ours leave with, where the route says it (RTA_PREFSRC). */
  readonly source?: string;
}

export interface Neighbour {
  readonly address: string;
  readonly link: number;
  /** "" while unresolved. */
  readonly mac: Mac;
  /** Whether `mac` may be used: REACHABLE, STALE, DELAY, PROBE, PERMANENT or NOARP. */
  readonly usable: boolean;
  /** NUD_FAILED: somebody asked and nobody answered. */
  readonly failed: boolean;
}

/** What the kernel knows of the network, kept up to date. */
export interface NetworkState {
  readonly links: ReadonlyMap<number, Link>;
  readonly addresses: readonly Address[];
  readonly routes: readonly Route[];
  /** By `${link} ${address}`. */
  readonly neighbours: ReadonlyMap<string, Neighbour>;
}

export interface Network {
  readonly state: NetworkState;
  /** Called after each batch of changes, and once when the first dump is complete. */
  onChange(listener: () => void): void;
  /**
   * Asks the kernel to resolve a neighbour and to keep it resolved (NTF_EXT_MANAGED, else NTF_USE).
   */
  resolve(link: number, address: string): Result<void>;
  close(): void;
}

export type AttachMode = "native" | "generic";

export interface Attachment {
  readonly link: number;
  readonly mode: AttachMode;
  /** Why native mode was not to be had, where mode is generic. */
  readonly because?: string;
}

export interface LoadOptions {
  /** Pins go to /sys/fs/bpf/weir/NAME/. Without a name nothing is pinned (tests, bench). */
  readonly name?: string;
  readonly dimensions: Dimensions;
}

export interface DataPathLoader {
  /**
   * Loads the XDP program and its tables, or takes up the pinned ones of the same name and layout,
   * so that packets go on flowing while a daemon restarts.
   *
   * Faults: BPF_PERMISSION, BPF_NO_MEMORY, BPF_REFUSED (the verifier's last line), BPF_LAYOUT (pins
   * of another layout), BPF_NO_FILESYSTEM, OBJECT_MISSING.
   */
  load(options: LoadOptions): Result<DataPath>;
}

export interface RunResult {
  /** XDP_ABORTED 0, XDP_DROP 1, XDP_PASS 2, XDP_TX 3, XDP_REDIRECT 4. */
  readonly verdict: number;
  readonly frame: Uint8Array;
  /** Mean duration in ns as the kernel measured it. */
  readonly nanoseconds: number;
}

/** The program in the kernel and the tables it works on. */
export interface DataPath {
  readonly tables: Tables;
  /** True where the pins of an earlier daemon were taken up. */
  readonly resumed: boolean;
  /** Faults: XDP_BUSY (somebody else's program is there), XDP_REFUSED, LINK_MISSING. */
  attach(link: number): Result<Attachment>;
  detach(link: number): Result<void>;
  attachments(): readonly Attachment[];
  /**
   * BPF_PROG_TEST_RUN: what the loaded program does to one frame (received on the loopback device).
   */
  run(frame: Uint8Array, repeat?: number): Result<RunResult>;
  /** Runs the sweep over a slice of the connection table. */
  sweep(
    firstBucket: number,
    buckets: number,
    now: number,
  ): Result<{ expired: number; live: number }>;
  /** Removes the pins and detaches from every interface: traffic falls back to the kernel. */
  unload(): Result<void>;
  /** Lets go of the tables; the pinned program goes on. */
  close(): void;
}
