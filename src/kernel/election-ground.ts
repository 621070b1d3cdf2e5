import type { Result } from "../base/fault.ts";

/**
 * What an election needs of an operating system, and no more: it runs on a thread of its own, away
 * from everything slow. `kernel/linux` is the real one, `simulator` the one in memory.
 */
export interface ElectionGround {
  /** CLOCK_MONOTONIC in microseconds: the clock of every input. */
  now(): number;
  /** Calls back once, not before `at`; the newest order counts. */
  wakeAt(at: number | undefined, wake: () => void): void;
  /**
   * A socket for the VRRP messages of an interface and family (RFC 9568 section 5.1), which has
   * joined the group. Faults: LINK_MISSING, SOCKET_FAILED.
   */
  openVrrp(order: VrrpOrder): Result<VrrpSocket>;
  /** Addresses of an instance, for the length of a lease. */
  readonly addresses: HeldAddresses;
  readonly leases: Leases;
  /** An Ethernet frame, as it stands, out of an interface. */
  sendFrame(link: number, frame: Uint8Array): Result<void>;
}

export interface VrrpOrder {
  readonly link: number;
  readonly family: 4 | 6;
  /** Multicast group; absent for unicast. */
  readonly group?: string;
  /** Address that messages leave with. */
  readonly source: string;
  readonly ttl: number;
  /** Something has arrived: take it with receive(). */
  readable(): void;
}

export interface Arrived {
  readonly source: string;
  readonly destination: string;
  /** TTL or hop limit as it arrived. */
  readonly ttl: number;
  /** The VRRP message, without the IP header. */
  readonly message: Uint8Array;
}

export interface VrrpSocket {
  /** Faults: SEND_FAILED. */
  send(destination: string, message: Uint8Array): Result<void>;
  /** Takes what has arrived; undefined when there is no more. */
  receive(): Arrived | undefined;
  close(): void;
}

export interface HeldAddress {
  readonly link: number;
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
  readonly label?: string;
  readonly scope?: number;
  readonly broadcast?: string;
}

export interface HeldAddresses {
  /**
   * Adds the address or prolongs it: the kernel takes it away so many whole seconds later by
   * itself (IFA_CACHEINFO of rtnetlink(7)). Without duplicate address detection. Faults:
   * ADDRESS_REFUSED.
   */
  hold(address: HeldAddress, seconds: number): Result<void>;
  /** No fault where it is gone already. */
  release(address: HeldAddress): Result<void>;
}

/** The leases in the tables of the data path, a slot for an instance. */
export interface Leases {
  /** The slot's lease: forwarding and answering for the VIPs end at `until`; 0 ends it now. */
  write(slot: number, until: number): void;
  read(slot: number): number;
}
