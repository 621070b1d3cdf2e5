import { failure, type Result, success } from "../../base/fault.ts";
import { type ArrayName, arrays, type Dimensions } from "../../datapath/layout.ts";
import { HASH_KEYS } from "../../datapath/tables.ts";
import type { DataPath } from "../kernel.ts";
import type { Addon } from "./addon.ts";
import type { PinFolder } from "./bpffs.ts";
import { LinuxDataPath } from "./data-path.ts";
import { layoutFingerprint } from "./fingerprint.ts";
import { mapInfo } from "./maps.ts";
import { type Loaded, loadObject, mapNames, type ObjectFile, release } from "./object.ts";

const NO_TABLES = { buckets: 1, services: 1, servers: 1, poolSlots: 1, vips: 1, cpus: 1 };
const HASH_KEYS_TEXT = new RegExp(`^[0-9a-f]{${HASH_KEYS * 8}}$`);

/**
 * Takes up what an earlier daemon pinned, sizes included. Where the object file has changed since
 * and the tables have not, the new program replaces the old one over the same tables.
 *
 * Faults: BPF_LAYOUT, and those of loading and attaching where the program is replaced.
 */
export function resume(native: Addon, file: ObjectFile, pins: PinFolder): Result<DataPath> {
  if (pins.note("layout") !== layoutFingerprint()) {
    return unfit(pins, "they were made by another version of Weir");
  }
  const loaded = open(native, pins);
  if (!loaded.ok) return loaded;
  const dimensions = readDimensions(native, loaded.value);
  const hashKeys = readHashKeys(pins);
  if (dimensions === undefined || hashKeys === undefined) {
    release(native, loaded.value);
    return unfit(pins, "their sizes do not belong together");
  }
  const taken = new LinuxDataPath(native, loaded.value, dimensions, hashKeys, pins, true);
  if (pins.note("object") === file.fingerprint) return success(taken);
  const upgraded = upgrade(native, file, pins, taken, loaded.value, hashKeys);
  if (upgraded.ok) return success(taken);
  taken.close();
  return upgraded;
}

function open(native: Addon, pins: PinFolder): Result<Loaded> {
  const entries = [...mapNames(NO_TABLES), "program", "sweep"];
  const fds = new Map(entries.map((entry) => [entry, native.pinned(pins.pathOf(entry))]));
  const lost = entries.find((entry) => fds.get(entry)! < 0);
  if (lost !== undefined) {
    for (const fd of fds.values()) if (fd >= 0) native.close(fd);
    return unfit(pins, `"${lost}" is not among them`);
  }
  const { program, sweep, ...maps } = Object.fromEntries(fds);
  return success({ maps: maps as Record<ArrayName, number>, program: program!, sweep: sweep! });
}

/** The sizes that the tables were made with; undefined where they contradict each other. */
function readDimensions(native: Addon, { maps }: Loaded): Dimensions | undefined {
  const entries = (name: ArrayName) => mapInfo(native, maps[name]).maxEntries;
  const dimensions: Dimensions = {
    buckets: entries("connections"),
    services: entries("services"),
    servers: entries("servers"),
    poolSlots: entries("pools"),
    vips: entries("vips"),
    cpus: entries("stats") / entries("servers"),
  };
  for (const [name, table] of Object.entries(arrays(dimensions))) {
    const { valueSize, maxEntries } = mapInfo(native, maps[name as ArrayName]);
    if (valueSize !== table.bytes || maxEntries !== table.entries) return undefined;
  }
  return dimensions;
}

function readHashKeys(pins: PinFolder): Uint32Array | undefined {
  const text = pins.note("hash_keys") ?? "";
  if (!HASH_KEYS_TEXT.test(text)) return undefined;
  return new Uint32Array(Uint8Array.from(Buffer.from(text, "hex")).buffer);
}

/** A daemon that dies in here leaves no note of the object, and the next one does it again. */
function upgrade(
  native: Addon,
  file: ObjectFile,
  pins: PinFolder,
  taken: LinuxDataPath,
  old: Loaded,
  hashKeys: Uint32Array,
): Result<void> {
  const loaded = loadObject(native, file, taken.tables.dimensions, hashKeys, old.maps);
  if (!loaded.ok) return loaded;
  pins.setNote("object", "being replaced");
  const replaced = taken.replace(loaded.value);
  if (!replaced.ok) {
    release(native, loaded.value);
    return replaced;
  }
  for (const entry of ["program", "sweep"] as const) {
    const pinned = pins.replace(native, entry, loaded.value[entry]);
    if (!pinned.ok) return pinned;
  }
  pins.setNote("object", file.fingerprint);
  return success(undefined);
}

function unfit(pins: PinFolder, because: string) {
  return failure(
    "BPF_LAYOUT",
    `Cannot take up the tables in "${pins.path}": ${because}`,
    `start with \`weir daemon --name ${pins.name} --reset\`, which forgets their connections`,
  );
}
