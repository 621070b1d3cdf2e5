import { failure, type Result, success } from "../base/fault.ts";
import { BUCKET_WORDS } from "../datapath/constants.ts";
import type { Dimensions } from "../datapath/layout.ts";
import { poolSlots } from "../datapath/pool.ts";

/** How large the tables are made, in the terms of who runs the daemon. */
export interface Sizes {
  readonly connections: number;
  readonly services: number;
  readonly servers: number;
}

export const DEFAULT_SIZES: Sizes = { connections: 1_048_576, services: 16_384, servers: 65_536 };

/** A hot word names a server by 16 bits. */
const SERVERS_MAX = 65_536;
const SERVICES_MAX = 1_048_576;
const CONNECTIONS_MAX = 1 << 30;
const VIPS_MAX = 65_536;
/** Marks bring addresses that no service names. */
const VIPS_MIN = 4096;

/** Faults: SIZE_INVALID. */
export function dimensionsOf(sizes: Sizes, cpus: number): Result<Dimensions> {
  const limits = [
    ["connections", sizes.connections, 4 * BUCKET_WORDS, CONNECTIONS_MAX],
    ["services", sizes.services, 1, SERVICES_MAX],
    ["servers", sizes.servers, 1, SERVERS_MAX],
  ] as const;
  for (const [name, size, least, most] of limits) {
    if (Number.isInteger(size) && size >= least && size <= most) continue;
    const what = `--${name} ${size} is not a size for that table`;
    return failure("SIZE_INVALID", what, `give a whole number from ${least} to ${most}`);
  }
  return success({
    buckets: Math.ceil(sizes.connections / BUCKET_WORDS),
    // A batch writes all that it changes beside what is live, and what was freed rests a second.
    services: 2 * sizes.services,
    servers: sizes.servers,
    poolSlots: slotsOf(sizes),
    // A hash that is a quarter full at most has short probes.
    vips: Math.min(Math.max(VIPS_MIN, 4 * sizes.services), VIPS_MAX),
    cpus,
  });
}

/**
 * Each pool is there twice while it changes, and takes a power of two of slots. Rings take more: of
 * the default sizes every service may have one of dh or sh, or 1024 may have one of mh.
 */
function slotsOf({ services, servers }: Sizes): number {
  const pools = 4 * (services * poolSlots(0, 0, false) + poolSlots(servers, 0, true)) + services;
  return pools + Math.max(RING_SLOTS_MIN, 64 * services);
}

const RING_SLOTS_MIN = 4096;
