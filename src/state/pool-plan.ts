import { POOL_THRESHOLDS } from "../datapath/layout.ts";
import type { Pool, PoolMember } from "../datapath/pool.ts";
import type { Memory } from "../datapath/scheduler.ts";
import { SCHEDULERS, schedulerIndex } from "../datapath/schedulers.ts";
import type { Service } from "./rule.ts";

/** What the pool of a service goes on from: the one it replaces. */
export interface PoolBefore {
  readonly scheduler: number;
  readonly members: readonly PoolMember[];
  readonly memory: Memory;
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
  return {
    header: {
      generation,
      scheduler,
      flags: limited ? POOL_THRESHOLDS : 0,
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
