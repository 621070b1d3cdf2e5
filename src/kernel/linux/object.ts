import { readFileSync } from "node:fs";
import { assert } from "../../base/assert.ts";
import { failure, type Result, success } from "../../base/fault.ts";
import {
  type ArrayName,
  arrays,
  cacheRouteEntries,
  type Dimensions,
  fragmentEntries,
  serviceSlots,
} from "../../datapath/layout.ts";
import type { Addon, BpfObject } from "./addon.ts";
import { type Btf, readBtf } from "./btf.ts";
import { readElf } from "./elf.ts";
import { errno } from "./errno.ts";
import { fingerprint } from "./fingerprint.ts";
import { refusal } from "./refusal.ts";

/** File descriptors of what lives in the kernel. */
export interface Loaded {
  readonly maps: Readonly<Record<ArrayName, number>>;
  readonly program: number;
  readonly sweep: number;
}

/** The object file as it lies in build/, not yet in the kernel. */
export interface ObjectFile {
  readonly path: string;
  readonly fingerprint: string;
  readonly btf: Btf;
}

export function mapNames(dimensions: Dimensions): ArrayName[] {
  return Object.keys(arrays(dimensions)) as ArrayName[];
}

/** Faults: OBJECT_MISSING, OBJECT_BROKEN. */
export function readObject(path: string): Result<ObjectFile> {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    const message = `The XDP program "${path}" has not been built`;
    return failure("OBJECT_MISSING", message, "run `make setup`");
  }
  const elf = readElf(file);
  if (!elf.ok) return elf;
  const btf = readBtf(elf.value);
  if (!btf.ok) return btf;
  return success({ path, fingerprint: fingerprint(file), btf: btf.value });
}

/**
 * Loads the object with maps of these sizes, or over the maps that are given.
 *
 * Faults: BPF_PERMISSION, BPF_NO_MEMORY, BPF_REFUSED, OBJECT_BROKEN.
 */
export function loadObject(
  native: Addon,
  file: ObjectFile,
  dimensions: Dimensions,
  hashKeys: Uint32Array,
  maps?: Loaded["maps"],
): Result<Loaded> {
  const prepare = (object: BpfObject) => {
    const sized =
      maps === undefined
        ? sizeMaps(native, object, arrays(dimensions))
        : reuse(native, object, maps);
    if (!sized.ok) return sized;
    return fillConstants(native, object, file, dimensions, hashKeys);
  };
  return loadFile(native, file, prepare, (object) => handOut(native, object, dimensions));
}

/**
 * Loads an object file that `prepare` has made ready, and answers what `take` takes of it; the rest
 * is closed.
 *
 * Faults: BPF_PERMISSION, BPF_NO_MEMORY, BPF_REFUSED, OBJECT_BROKEN.
 */
export function loadFile<T>(
  native: Addon,
  file: ObjectFile,
  prepare: (object: BpfObject) => Result<void>,
  take: (object: BpfObject) => T,
): Result<T> {
  const object = native.objectOpen(file.path);
  if (typeof object === "number") {
    return failure("OBJECT_BROKEN", `libbpf cannot open "${file.path}": ${lastLine(native)}`);
  }
  try {
    const prepared = prepare(object);
    if (!prepared.ok) return prepared;
    const result = native.objectLoad(object);
    if (result < 0) return loadFailure(native, object, file, result);
    return success(take(object));
  } finally {
    native.objectClose(object);
  }
}

/** Faults: OBJECT_BROKEN. */
export function sizeMaps(
  native: Addon,
  object: BpfObject,
  sizes: Readonly<Record<string, { readonly entries: number }>>,
): Result<void> {
  for (const [name, { entries }] of Object.entries(sizes)) {
    const result = native.mapResize(object, name, entries);
    if (result < 0) return refusal("OBJECT_BROKEN", `give the table "${name}" its size`, result);
  }
  return success(undefined);
}

function reuse(native: Addon, object: BpfObject, maps: Loaded["maps"]): Result<void> {
  for (const [name, fd] of Object.entries(maps)) {
    const result = native.mapReuse(object, name, fd);
    if (result < 0) return refusal("OBJECT_BROKEN", `take up the table "${name}"`, result);
  }
  return success(undefined);
}

/** The constants that the verifier sees as such, in the object's section ".rodata". */
function fillConstants(
  native: Addon,
  object: BpfObject,
  file: ObjectFile,
  dimensions: Dimensions,
  hashKeys: Uint32Array,
): Result<void> {
  const constants = {
    hash_keys: hashKeys,
    buckets: Uint32Array.of(dimensions.buckets),
    servers_max: Uint32Array.of(dimensions.servers),
    service_slots_max: Uint32Array.of(serviceSlots(dimensions)),
    services_max: Uint32Array.of(dimensions.services),
    vips_max: Uint32Array.of(dimensions.vips),
    fragments_max: Uint32Array.of(fragmentEntries(dimensions)),
    cache_routes_max: Uint32Array.of(cacheRouteEntries(dimensions)),
    stores_in_order: Uint32Array.of(process.arch === "x64" ? 1 : 0),
  };
  const section = native.mapInitial(object, ".rodata");
  if (typeof section === "number") return broken(file, 'it has no section ".rodata"');
  for (const [name, words] of Object.entries(constants)) {
    const variable = file.btf.variables.get(name);
    if (variable?.section !== ".rodata" || variable.size !== words.byteLength) {
      return broken(file, `it has no constant "${name}" of ${words.byteLength} bytes`);
    }
    section.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), variable.offset);
  }
  const result = native.mapSetInitial(object, ".rodata", section);
  assert(result === 0, "constants of the section's own size", result);
  return success(undefined);
}

function handOut(native: Addon, object: BpfObject, dimensions: Dimensions): Loaded {
  const maps: Partial<Record<ArrayName, number>> = {};
  for (const name of mapNames(dimensions)) maps[name] = native.mapFd(object, name);
  const program = native.programFd(object, "weir");
  const sweep = native.programFd(object, "sweep");
  assert(program >= 0 && sweep >= 0, "the programs weir and sweep", program, sweep);
  return { maps: maps as Loaded["maps"], program, sweep };
}

/** Closes all descriptors; what is pinned or attached lives on. */
export function release(native: Addon, loaded: Loaded): void {
  for (const fd of Object.values(loaded.maps)) native.close(fd);
  native.close(loaded.program);
  native.close(loaded.sweep);
}

function loadFailure(native: Addon, object: BpfObject, file: ObjectFile, result: number) {
  const because = verifierVerdict(native.objectLog(object));
  if (because !== undefined) {
    return failure(
      "BPF_REFUSED",
      `The kernel's verifier refuses "${file.path}": ${because}`,
      `\`bpftool -d prog load ${file.path} /sys/fs/bpf/refused\` shows the whole log`,
    );
  }
  if (result === -errno.ENOMEM || result === -errno.E2BIG) {
    return refusal("BPF_NO_MEMORY", "make the tables", result, "lower the number of connections");
  }
  return refusal("BPF_REFUSED", `load "${file.path}" (${lastLine(native)})`, result);
}

/**
 * The line of the verifier's log that says why: the last one before its statistics. Undefined where
 * the verifier said nothing, because something else failed.
 */
function verifierVerdict(log: string): string | undefined {
  const statistics = /^(processed \d+ insns|verification time|stack depth|insn_processed)/;
  return log
    .split("\n")
    .map((line) => line.trim())
    .findLast((line) => line !== "" && !statistics.test(line));
}

/** What libbpf said last. */
function lastLine(native: Addon): string {
  return native.messages().trimEnd().split("\n").at(-1) ?? "";
}

function broken(file: ObjectFile, because: string) {
  return failure(
    "OBJECT_BROKEN",
    `Cannot use "${file.path}": ${because}`,
    "run `make clean build`",
  );
}
