import { assert } from "../../base/assert.ts";
import type { ServiceKeys } from "../../datapath/tables.ts";
import type { Addon } from "./addon.ts";
import { viewOf } from "./elf.ts";
import { errno, errnoName } from "./errno.ts";

export interface MapInfo {
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
}

/** BPF_ANY of <linux/bpf.h>: make the entry, or change it. */
const ANY = 0;

/** struct bpf_map_info of <linux/bpf.h>, as far as it is of use here. */
export function mapInfo(native: Addon, fd: number): MapInfo {
  const info = new Uint8Array(20);
  const result = native.info(fd, info);
  assert(result >= 0, "a map that tells about itself", errnoName(result));
  const view = viewOf(info);
  return {
    keySize: view.getUint32(8, true),
    valueSize: view.getUint32(12, true),
    maxEntries: view.getUint32(16, true),
  };
}

/**
 * The memory of an array map.
 *
 * The kernel lays entries out at multiples of 8 bytes (array_map_alloc of kernel/bpf/arraymap.c), so
 * only values of such a size lie as they do in memoryTables().
 */
export function mapMemory(native: Addon, fd: number, bytes: number): ArrayBuffer {
  const memory = native.mapMemory(fd, bytes);
  assert(typeof memory !== "number", "a map that can be mapped", bytes, memory);
  return memory;
}

/** A hash map, by system calls. */
export class HashMap implements ServiceKeys {
  readonly #native: Addon;
  readonly #fd: number;
  readonly #info: MapInfo;

  constructor(native: Addon, fd: number) {
    this.#native = native;
    this.#fd = fd;
    this.#info = mapInfo(native, fd);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#checkKey(key);
    const value = new Uint8Array(this.#info.valueSize);
    const result = this.#native.mapLookup(this.#fd, key, value);
    assert(result === 0 || result === -errno.ENOENT, "a lookup", errnoName(result));
    return result === 0 ? value : undefined;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.#checkKey(key);
    assert(value.length === this.#info.valueSize, "a value of the map's size", value.length);
    const result = this.#native.mapUpdate(this.#fd, key, value, ANY);
    assert(result === 0, "an update of a map that was made large enough", errnoName(result));
  }

  delete(key: Uint8Array): void {
    this.#checkKey(key);
    const result = this.#native.mapDelete(this.#fd, key);
    assert(result === 0 || result === -errno.ENOENT, "a deletion", errnoName(result));
  }

  /** All keys as they are now: deleting one while walking would start the walk again. */
  keys(): Iterable<Uint8Array> {
    const keys: Uint8Array[] = [];
    while (keys.length < this.#info.maxEntries) {
      const next = new Uint8Array(this.#info.keySize);
      const result = this.#native.mapNextKey(this.#fd, keys.at(-1), next);
      if (result === -errno.ENOENT) break;
      assert(result === 0, "a walk over the keys", errnoName(result));
      keys.push(next);
    }
    return keys;
  }

  #checkKey(key: Uint8Array): void {
    assert(key.length === this.#info.keySize, "a key of the map's size", key.length);
  }
}
