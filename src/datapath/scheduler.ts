import type { Pool, PoolMember } from "./pool.ts";
import type { Tuple } from "./tuple.ts";

/**
 * Stage 3, scheduler: which real server a new connection gets (xdp/scheduler.h). One file each in
 * schedulers/, all with this one shape.
 */
export interface Scheduler {
  readonly name: string;
  /** The choice among the members that may take a connection, and what to remember of it. */
  choose(draw: Draw): Choice | undefined;
  /** Where a new pool goes on when the old one's memory was this. */
  start(pool: PoolShape, memory: Memory): Memory;
}

export interface Draw {
  readonly pool: Pool;
  readonly memory: Memory;
  mayTake(member: PoolMember): boolean;
  overhead(server: number): number;
  /** Active connections of a server. */
  active(server: number): number;
  readonly flow: Flow;
  /** What follows is of any server that the destination once had, in the pool now or not. */
  weight(server: number): number;
  /** Whether it is still one of the service's, with a weight. */
  serves(server: number): boolean;
  /** Over its threshold. */
  isOverloaded(server: number): boolean;
  readonly destination: Destination;
}

/** A flow that is to be scheduled. */
export interface Flow {
  readonly tuple: Tuple;
  /** Its tag in the connection table: a keyed hash of the tuple. */
  readonly tag: number;
  /** In ticks. */
  readonly now: number;
}

/** The servers that flows to the same address have had: lblc and lblcr. */
export interface Destination {
  /** The newest first; undefined for an address that nobody asked for. */
  recall(): readonly number[] | undefined;
  /** Ticks since they last changed. */
  age(): number;
  keep(servers: readonly number[]): void;
  /** IPVS lblcr_expiration, in ticks: an unchanged set gives up a server after it. */
  readonly expiration: number;
}

export interface Choice {
  readonly server: number;
  readonly memory: Memory;
}

/**
 * One word of the service's record: cursor (17 bits), current weight (31), pool generation (16).
 */
export interface Memory {
  /** 1 + the place of the member chosen last; 0: before the first. */
  readonly cursor: number;
  readonly weight: number;
}

export const FRESH_MEMORY: Memory = { cursor: 0, weight: 0 };

/** What of a change of servers a scheduler's start depends on. */
export interface PoolShape {
  readonly weightMax: number;
  readonly weightGcd: number;
  /** For each place of the old pool, its place in the new one; -1 where the server is gone. */
  readonly moved: readonly number[];
}
