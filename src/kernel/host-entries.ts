import type { Result } from "../base/fault.ts";

/** Routes and addresses that a configuration gives to the host itself. */
export interface HostEntries {
  /**
   * False for one that is there already, which stays as it is.
   *
   * Faults: ROUTE_REFUSED.
   */
  addRoute(route: HostRoute): Result<boolean>;
  /**
   * Only one that addRoute() has made; without it nothing happens.
   *
   * Faults: ROUTE_REFUSED.
   */
  removeRoute(route: HostRoute): Result<void>;
  /**
   * False for one that is there already, which stays as it is.
   *
   * Faults: ADDRESS_REFUSED.
   */
  addAddress(address: HostAddress): Result<boolean>;
  /**
   * Without it nothing happens.
   *
   * Faults: ADDRESS_REFUSED.
   */
  removeAddress(address: HostAddress): Result<void>;
  close(): void;
}

export interface HostRoute {
  readonly family: 4 | 6;
  /** "0.0.0.0/0", with no bits beyond the prefix. */
  readonly destination: string;
  readonly gateway?: string;
  /** Interface index. */
  readonly link?: number;
  /** Our own address that packets of ours leave with. */
  readonly source?: string;
  /** The kernel's own for the family, unless told. */
  readonly metric?: number;
  /** RT_TABLE_*. */
  readonly table: number;
  /** RT_SCOPE_*; what the kind of route has, unless told. */
  readonly scope?: number;
  /** Packets are dropped. */
  readonly blackhole: boolean;
}

/** An address without an end. */
export interface HostAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
  /** Interface index. */
  readonly link: number;
  /** RT_SCOPE_* */
  readonly scope?: number;
  readonly label?: string;
  readonly broadcast?: string;
}
