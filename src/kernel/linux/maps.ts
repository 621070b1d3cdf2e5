import { assert } from "../../base/assert.ts";
import type { Addon } from "./addon.ts";
import { viewOf } from "./elf.ts";
import { errnoName } from "./errno.ts";

export interface MapInfo {
  readonly valueSize: number;
  readonly maxEntries: number;
}

/** struct bpf_map_info of <linux/bpf.h>, as far as it is of use here. */
export function mapInfo(native: Addon, fd: number): MapInfo {
  const info = new Uint8Array(20);
  const result = native.info(fd, info);
  assert(result >= 0, "a map that tells about itself", errnoName(result));
  const view = viewOf(info);
  return {
    valueSize: view.getUint32(12, true),
    maxEntries: view.getUint32(16, true),
  };
}

/**
 * The memory of an array map.
 *
 * The kernel lays entries out at multiples of 8 bytes (array_map_alloc of kernel/bpf/arraymap.c),
 * so only values of such a size lie as they do in memoryTables().
 */
export function mapMemory(native: Addon, fd: number, bytes: number): ArrayBuffer {
  const memory = native.mapMemory(fd, bytes);
  assert(typeof memory !== "number", "a map that can be mapped", bytes, memory);
  return memory;
}
