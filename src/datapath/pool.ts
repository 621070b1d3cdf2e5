import {
  POOL_SLOT_BYTES,
  POOL_SLOT_MEMBERS,
  POOL_SLOT_PLACES,
  POOL_THRESHOLDS,
} from "./constants.ts";
import { poolHeader, poolMember } from "./layout.ts";
import { Records } from "./records.ts";
import type { View } from "./tables.ts";

/**
 * The servers that a service schedules over, as one flip took them: a header and its members,
 * newest server first (IPVS keeps its list so, inventory V-04).
 */
export interface Pool {
  readonly header: PoolHeader;
  readonly members: readonly PoolMember[];
  /** Places of members, NO_MEMBER for none; empty where the scheduler has no ring. */
  readonly ring: Uint16Array;
  /** IPVS last_weight: what each weighed before it was quiesced. Empty while nobody is. */
  readonly lastWeights: Uint32Array;
}

export interface PoolHeader {
  readonly generation: number;
  /** Index in SCHEDULERS. */
  readonly scheduler: number;
  readonly flags: number;
  readonly weightMax: number;
  readonly weightGcd: number;
  readonly startCursor: number;
  readonly startWeight: number;
}

export interface PoolMember {
  readonly server: number;
  readonly weight: number;
}

/** Slots that a pool takes: of its members, of a ring's places, of last weights if one is 0. */
export function poolSlots(members: number, ring: number, quiesced: boolean): number {
  const { lastWeights, end } = parts(members, ring);
  return quiesced ? end : lastWeights;
}

/** Whether one of them takes no connections; the others' last weights are those that they have. */
export function someQuiesced(members: readonly { readonly weight: number }[]): boolean {
  return members.some(({ weight }) => weight === 0);
}

const LAST_WEIGHTS = POOL_SLOT_BYTES / Uint32Array.BYTES_PER_ELEMENT;

/** Where what follows the members begins, in slots from the header. */
function parts(members: number, ring: number) {
  const ringAt = 1 + Math.ceil(members / POOL_SLOT_MEMBERS);
  const lastWeights = ringAt + Math.ceil(ring / POOL_SLOT_PLACES);
  return { ring: ringAt, lastWeights, end: lastWeights + Math.ceil(members / LAST_WEIGHTS) };
}

export function readPool(view: View, service: number): Pool {
  const at = poolStart(view, service) * POOL_SLOT_BYTES;
  const header = new Records(poolHeader, view.pools, at, POOL_SLOT_BYTES);
  const count = header.get(0, "count");
  const ring = header.get(0, "ring");
  const records = memberRecords(view, at, count);
  const members = Array.from({ length: count }, (_, i) => ({
    server: records.get(i, "server"),
    weight: records.get(i, "weight"),
  }));
  return {
    ring: ringRecords(view, at, count, ring),
    lastWeights: lastWeightRecords(view, at, members, ring),
    header: {
      generation: header.get(0, "generation"),
      scheduler: header.get(0, "scheduler"),
      flags: header.get(0, "flags"),
      weightMax: header.get(0, "weight_max"),
      weightGcd: header.get(0, "weight_gcd"),
      startCursor: header.get(0, "start_cursor"),
      startWeight: header.get(0, "start_weight"),
    },
    members,
  };
}

/** Writes a pool at `slot`, beside the live ones; setPool() is the flip that takes it. */
export function writePool(view: View, slot: number, pool: Pool): void {
  const at = slot * POOL_SLOT_BYTES;
  const header = new Records(poolHeader, view.pools, at, POOL_SLOT_BYTES);
  header.set(0, "count", pool.members.length);
  header.set(0, "generation", pool.header.generation);
  header.set(0, "scheduler", pool.header.scheduler);
  header.set(0, "flags", pool.header.flags);
  header.set(0, "weight_max", pool.header.weightMax);
  header.set(0, "weight_gcd", pool.header.weightGcd);
  header.set(0, "start_cursor", pool.header.startCursor);
  header.set(0, "start_weight", pool.header.startWeight);
  header.set(0, "ring", pool.ring.length);
  ringRecords(view, at, pool.members.length, pool.ring.length).set(pool.ring);
  lastWeightRecords(view, at, pool.members, pool.ring.length).set(pool.lastWeights);
  const records = memberRecords(view, at, pool.members.length);
  for (const [i, member] of pool.members.entries()) {
    records.set(i, "server", member.server);
    records.set(i, "weight", member.weight);
  }
}

export function setPool(view: View, service: number, slot: number, generation: number): void {
  view.services.setWord(service, "pool", (BigInt(generation) << 32n) | BigInt(slot));
}

export function poolStart(view: View, service: number): number {
  return Number(view.services.getWord(service, "pool") & 0xffff_ffffn);
}

/** Not quiesced and not over its threshold: IP_VS_DEST_F_OVERLOAD. */
export function memberMayTake(view: View, pool: Pool, member: PoolMember): boolean {
  if (member.weight === 0) return false;
  if ((pool.header.flags & POOL_THRESHOLDS) === 0) return true;
  return view.loads.get(member.server, "overloaded") === 0;
}

function memberRecords(view: View, at: number, count: number): Records<typeof poolMember> {
  return new Records(poolMember, view.pools, at + POOL_SLOT_BYTES, count * poolMember.size);
}

function ringRecords(view: View, at: number, members: number, ring: number): Uint16Array {
  const start = parts(members, ring).ring;
  return new Uint16Array(view.pools, at + start * POOL_SLOT_BYTES, ring);
}

function lastWeightRecords(
  view: View,
  at: number,
  members: readonly PoolMember[],
  ring: number,
): Uint32Array {
  const start = parts(members.length, ring).lastWeights;
  const count = someQuiesced(members) ? members.length : 0;
  return new Uint32Array(view.pools, at + start * POOL_SLOT_BYTES, count);
}
