import { assert } from "../../../base/assert.ts";
import { type Result, success } from "../../../base/fault.ts";
import type { Leases } from "../../election-ground.ts";
import type { Addon } from "../addon.ts";
import { mapInfo, mapMemory } from "../maps.ts";
import { refusal } from "../refusal.ts";

const WORD_BYTES = 8;

/**
 * The pinned table "leases" of the data path. Each thread maps it for itself, since memory of the
 * kernel's cannot be handed from one to the other.
 *
 * Faults: LEASES_MISSING, BPF_PERMISSION.
 */
export function openLeases(native: Addon, path: string): Result<Leases> {
  const fd = native.pinned(path);
  if (fd < 0) return refusal("LEASES_MISSING", `open the table of leases at "${path}"`, fd);
  const { valueSize, maxEntries } = mapInfo(native, fd);
  const memory = mapMemory(native, fd, valueSize * maxEntries);
  native.close(fd);
  return success(leasesIn(memory, valueSize));
}

/**
 * Leases in memory: the first 8 bytes of each entry are nanoseconds of CLOCK_MONOTONIC, and are
 * written in one store, so that no packet meets half of one.
 */
export function leasesIn(memory: ArrayBuffer, entryBytes: number): Leases {
  const words = new BigUint64Array(memory);
  const step = entryBytes / WORD_BYTES;
  const at = (slot: number) => {
    const index = slot * step;
    assert(Number.isInteger(slot) && index >= 0 && index < words.length, "a slot", slot);
    return index;
  };
  return {
    // Rounded down: a lease may end too soon, and never too late.
    write(slot, until) {
      Atomics.store(words, at(slot), BigInt(Math.floor(until)) * 1000n);
    },
    read: (slot) => Number(Atomics.load(words, at(slot)) / 1000n),
  };
}
