import { failure, type Result, success } from "../../base/fault.ts";
import { arrays, type Dimensions } from "../../datapath/layout.ts";
import { HASH_KEYS } from "../../datapath/tables.ts";
import type { DataPath, DataPathLoader, LoadOptions } from "../kernel.ts";
import { type Addon, addon, BUILD } from "./addon.ts";
import { mountBpffs, PinFolder } from "./bpffs.ts";
import { LinuxDataPath } from "./data-path.ts";
import { layoutFingerprint } from "./fingerprint.ts";
import { mapInfo } from "./maps.ts";
import { checkMemory } from "./memory.ts";
import { type Loaded, loadObject, type ObjectFile, readObject, release } from "./object.ts";
import { resume } from "./resume.ts";

/** Loads the program of `make build`, or of another object file with the same tables. */
export function dataPathLoader(path = `${BUILD}weir.bpf.o`): DataPathLoader {
  return {
    load(options: LoadOptions): Result<DataPath> {
      const native = addon();
      if (!native.ok) return native;
      const file = readObject(path);
      if (!file.ok) return file;
      if (options.name === undefined) {
        return loadFresh(native.value, file.value, options.dimensions, undefined);
      }
      const pins = PinFolder.of(options.name);
      if (!pins.ok) return pins;
      const mounted = mountBpffs(native.value);
      if (!mounted.ok) return mounted;
      if (pins.value.note("layout") !== undefined) {
        return resume(native.value, file.value, pins.value);
      }
      return loadPinned(native.value, file.value, options.dimensions, pins.value);
    },
  };
}

/**
 * Removes what a data path of this name left in the kernel, whatever its layout: its interfaces go
 * back to the kernel and its connections are forgotten.
 *
 * Faults: NAME_INVALID.
 */
export function removePins(name: string): Result<void> {
  const pins = PinFolder.of(name);
  if (!pins.ok) return pins;
  pins.value.removeAll();
  return success(undefined);
}

/**
 * The note on the layout comes last: without it the pins are those of a daemon that died halfway.
 */
function loadPinned(
  native: Addon,
  file: ObjectFile,
  dimensions: Dimensions,
  pins: PinFolder,
): Result<DataPath> {
  pins.removeAll();
  const made = loadFresh(native, file, dimensions, pins);
  if (!made.ok) pins.removeAll();
  return made;
}

function loadFresh(
  native: Addon,
  file: ObjectFile,
  dimensions: Dimensions,
  pins: PinFolder | undefined,
): Result<DataPath> {
  const enough = checkMemory(dimensions);
  if (!enough.ok) return enough;
  const hashKeys = crypto.getRandomValues(new Uint32Array(HASH_KEYS));
  const loaded = loadObject(native, file, dimensions, hashKeys);
  if (!loaded.ok) return loaded;
  const fits = checkLayout(native, file, loaded.value);
  const pinned = fits.ok && pins !== undefined ? pinAll(native, loaded.value, pins) : fits;
  if (!pinned.ok) {
    release(native, loaded.value);
    return pinned;
  }
  pins?.setNote("object", file.fingerprint);
  pins?.setNote("hash_keys", Buffer.from(hashKeys.buffer).toString("hex"));
  pins?.setNote("layout", layoutFingerprint());
  return success(new LinuxDataPath(native, loaded.value, dimensions, hashKeys, pins, false));
}

function pinAll(native: Addon, loaded: Loaded, pins: PinFolder): Result<void> {
  pins.make();
  const entries = { ...loaded.maps, program: loaded.program, sweep: loaded.sweep };
  for (const [entry, fd] of Object.entries(entries)) {
    const pinned = pins.pin(native, entry, fd);
    if (!pinned.ok) return pinned;
  }
  return success(undefined);
}

/**
 * The object was compiled with the tables of layout.ts; entries of arrays are multiples of 8 bytes.
 */
function checkLayout(native: Addon, file: ObjectFile, loaded: Loaded): Result<void> {
  const one = arrays({ buckets: 1, services: 1, servers: 1, poolSlots: 1, vips: 1, cpus: 1 });
  for (const [name, { bytes }] of Object.entries(one)) {
    const { valueSize } = mapInfo(native, loaded.maps[name as keyof typeof one]);
    if (valueSize !== bytes || bytes % 8 !== 0) return mismatch(file, name, valueSize, bytes);
  }
  return success(undefined);
}

function mismatch(file: ObjectFile, table: string, compiled: number, known: number) {
  const sizes =
    compiled === known
      ? `${known} bytes, which the kernel pads to a multiple of 8`
      : `${compiled} bytes in the object and ${known} in layout.ts`;
  return failure(
    "BPF_LAYOUT",
    `"${file.path}" does not fit this version: an entry of "${table}" has ${sizes}`,
    "run `make clean build`",
  );
}
