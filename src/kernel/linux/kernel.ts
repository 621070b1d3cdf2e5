import { type Result, success } from "../../base/fault.ts";
import type { Clock, Kernel } from "../kernel.ts";
import { addon } from "./addon.ts";
import { dataPathLoader } from "./data-path-loader.ts";
import { linuxHostRouting } from "./host-routing.ts";
import { openNetwork } from "./network.ts";

/** process.hrtime is clock_gettime(CLOCK_MONOTONIC) on Linux (uv__hrtime of libuv). */
const monotonicClock: Clock = { monotonic: () => process.hrtime.bigint() };

/**
 * This machine, as this process's network namespace shows it.
 *
 * Faults: ADDON_MISSING, ADDON_REFUSED, NETLINK_REFUSED.
 */
export function linuxKernel(): Result<Kernel> {
  const native = addon();
  if (!native.ok) return native;
  const network = openNetwork(native.value);
  if (!network.ok) return network;
  return success({
    clock: monotonicClock,
    network: network.value,
    routing: linuxHostRouting,
    dataPath: dataPathLoader(),
  });
}
