import { POOL_FLAGS_SHIFT, POOL_THRESHOLDS } from "../datapath/constants.ts";
import { type Pool, type PoolMember, someQuiesced } from "../datapath/pool.ts";
import type { Memory } from "../datapath/scheduler.ts";
import { SCHEDULERS, schedulerIndex } from "../datapath/schedulers.ts";
import { destinationRing, HASH_RING, sourceRing } from "./rings/cyclic.ts";
import { MAGLEV_RING, maglevRing } from "./rings/maglev.ts";
import type { Service } from "./rule.ts";

/** What the pool of a service goes on from: the one it replaces. */
export interface PoolBefore {
  readonly scheduler: number;
  readonly members: readonly PoolMember[];
  readonly memory: Memory;
  /** Of each member, where one was of weight 0. */
  readonly lastWeights: Uint32Array;
}

/** How many places the ring of a scheduler has; 0 for those that have none. */
export function ringSize(scheduler: string): number {
  if (scheduler === "mh") return MAGLEV_RING;
  return scheduler === "sh" || scheduler === "dh" ? HASH_RING : 0;
}

/**
 * The pool that a service's rules come to. `serverIndex` gives each server's record. The scheduler
 * goes on from where it was, or begins anew when it is another one (ip_vs_edit_service()).
 */
export function planPool(
  service: Service,
  serverIndices: readonly number[],
  generation: number,
  before: PoolBefore | undefined,
): Pool {
  const members = service.servers.map((server, i) => ({
    server: serverIndices[i]!,
    weight: server.weight,
  }));
  const scheduler = schedulerIndex(service.scheduler);
  const weightGcd = gcdOfWeights(members);
  const weightMax = largestWeight(members) - (weightGcd - 1);
  const places = new Map(members.map((member, place) => [member.server, place]));
  const same = before !== undefined && before.scheduler === scheduler;
  const moved = same ? before.members.map((member) => places.get(member.server) ?? -1) : [];
  const memory = same ? before.memory : { cursor: 0, weight: 0 };
  const shape = { weightMax: Math.max(0, weightMax), weightGcd, moved };
  const start = SCHEDULERS[scheduler]!.start(shape, memory);
  const limited = service.servers.some((server) => server.upperThreshold !== 0);
  const flags = service.schedulerFlags << POOL_FLAGS_SHIFT;
  const lastWeights = lastWeightsOf(members, before);
  return {
    ring: ringOf(service, lastWeights),
    lastWeights: someQuiesced(members) ? lastWeights : new Uint32Array(0),
    header: {
      generation,
      scheduler,
      flags: flags | (limited ? POOL_THRESHOLDS : 0),
      weightMax: shape.weightMax,
      weightGcd,
      startCursor: start.cursor,
      startWeight: start.weight,
    },
    members,
  };
}

/** ip_vs_wrr_gcd_weight(): of the positive weights; 1 without any. */
function gcdOfWeights(members: readonly PoolMember[]): number {
  const divisor = members.reduce((g, { weight }) => (weight > 0 ? gcd(weight, g) : g), 0);
  return divisor === 0 ? 1 : divisor;
}

function largestWeight(members: readonly PoolMember[]): number {
  return members.reduce((largest, { weight }) => Math.max(largest, weight), 0);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** __ip_vs_update_dest(): the last weight that was not 0, whichever scheduler it was under. */
function lastWeightsOf(members: readonly PoolMember[], before: PoolBefore | undefined) {
  const last = new Map(
    before?.members.map(({ server, weight }, i) => [server, before.lastWeights[i] ?? weight]),
  );
  return Uint32Array.from(members, ({ server, weight }) => weight || (last.get(server) ?? 0));
}

function ringOf({ scheduler, servers }: Service, lastWeights: Uint32Array): Uint16Array {
  const size = servers.length === 0 ? 0 : ringSize(scheduler);
  if (size === 0) return new Uint16Array(0);
  if (scheduler === "dh") return destinationRing(servers.length);
  if (scheduler === "sh") return sourceRing(servers.map(({ weight }) => weight));
  const hashed = servers.map(({ address, port }, i) => {
    return { address, port, lastWeight: lastWeights[i]! };
  });
  return maglevRing(hashed, size);
}
