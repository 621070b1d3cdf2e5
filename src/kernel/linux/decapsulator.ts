import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { assert } from "../../base/assert.ts";
import { failure, type Result, success } from "../../base/fault.ts";
import { type TableName, Tables, tables } from "../../decapsulation/tables.ts";
import type { Attachment, RunResult } from "../kernel.ts";
import { type Addon, addon, BUILD } from "./addon.ts";
import { Attachments } from "./attachments.ts";
import { hasBpffs, mountBpffs, PinFolder } from "./bpffs.ts";
import { mapMemory } from "./maps.ts";
import { loadFile, type ObjectFile, readObject, sizeMaps } from "./object.ts";
import { removeEmptyFolder } from "./private-file.ts";
import { runProgram } from "./program-run.ts";

/** Pins of decapsulating programs: /sys/fs/bpf/weir-real-server/NAME. */
const FOLDER = "weir-real-server";
const PATH = `${BUILD}decap.bpf.o`;

interface Loaded {
  readonly program: number;
  readonly maps: Readonly<Record<TableName, number>>;
}

/** The program that takes packets out of tunnels, and its tables, as they are in the kernel. */
export class Decapsulator {
  readonly tables: Tables;
  readonly #native: Addon;
  readonly #loaded: Loaded;
  readonly #pins: PinFolder | undefined;
  readonly #attachments: Attachments;

  private constructor(native: Addon, loaded: Loaded, pins: PinFolder | undefined) {
    this.#native = native;
    this.#loaded = loaded;
    this.#pins = pins;
    const sizes = Object.entries(tables(native.possibleCpus()));
    const memory = sizes.map(([name, { bytes, entries }]) => [
      name,
      mapMemory(native, loaded.maps[name as TableName], bytes * entries),
    ]);
    this.tables = new Tables(Object.fromEntries(memory));
    this.#attachments = new Attachments(native, loaded.program, pins);
    this.#attachments.resume();
  }

  /**
   * A program that ends with this process.
   *
   * Faults: OBJECT_MISSING, OBJECT_BROKEN, BPF_PERMISSION, BPF_REFUSED, ADDON_MISSING.
   */
  static load(): Result<Decapsulator> {
    const native = addon();
    if (!native.ok) return native;
    const file = readObject(PATH);
    if (!file.ok) return file;
    const loaded = load(native.value, file.value);
    return loaded.ok ? success(new Decapsulator(native.value, loaded.value, undefined)) : loaded;
  }

  /**
   * The program that is pinned under this name, or a new one in its place where there is none or
   * the object file is another by now: then its tables are empty and it is on no interface.
   *
   * Faults: those of load(), BPF_NO_FILESYSTEM, NAME_INVALID.
   */
  static pinned(name: string): Result<Decapsulator> {
    const native = addon();
    if (!native.ok) return native;
    const file = readObject(PATH);
    if (!file.ok) return file;
    const pins = PinFolder.of(name, FOLDER);
    if (!pins.ok) return pins;
    const vanishing = checkMounts();
    if (!vanishing.ok) return vanishing;
    const mounted = mountBpffs(native.value);
    if (!mounted.ok) return mounted;
    const here = Decapsulator.find(name);
    if (here !== undefined && pins.value.note("object") === file.value.fingerprint) {
      return success(here);
    }
    const removed = here?.remove();
    if (removed?.ok === false) return removed;
    pins.value.removeAll();
    const loaded = load(native.value, file.value);
    if (!loaded.ok) return loaded;
    pins.value.make();
    for (const [entry, fd] of Object.entries(descriptors(loaded.value))) {
      const pinned = pins.value.pin(native.value, entry, fd);
      if (!pinned.ok) {
        release(native.value, loaded.value);
        removePins(pins.value);
        return pinned;
      }
    }
    pins.value.setNote("object", file.value.fingerprint);
    return success(new Decapsulator(native.value, loaded.value, pins.value));
  }

  /** The program that is pinned under this name; undefined where there is none. */
  static find(name: string): Decapsulator | undefined {
    const native = addon();
    const pins = PinFolder.of(name, FOLDER);
    if (!native.ok || !pins.ok || pins.value.note("object") === undefined) return undefined;
    const { program, ...maps } = Object.fromEntries(
      [...tableNames(native.value), "program"].map((entry) => [
        entry,
        native.value.pinned(pins.value.pathOf(entry)),
      ]),
    );
    const loaded = { program, maps } as Loaded;
    if (Object.values(descriptors(loaded)).some((fd) => fd < 0)) return undefined;
    return new Decapsulator(native.value, loaded, pins.value);
  }

  /**
   * Removes what is pinned under this name, whole or not: interfaces go back to the kernel, at once
   * where the links can still be asked to let go.
   */
  static forget(name: string): void {
    Decapsulator.find(name)?.remove();
    const pins = PinFolder.of(name, FOLDER);
    if (pins.ok) removePins(pins.value);
  }

  /** Faults: XDP_BUSY, XDP_REFUSED, LINK_MISSING, BPF_PERMISSION. */
  attach(link: number): Result<Attachment> {
    return this.#attachments.attach(link);
  }

  /** Faults: XDP_REFUSED, BPF_PERMISSION. */
  detach(link: number): Result<void> {
    return this.#attachments.detach(link);
  }

  attachments(): readonly Attachment[] {
    return this.#attachments.list();
  }

  /** What the program does to a frame. Faults: RUN_REFUSED, BPF_PERMISSION. */
  run(frame: Uint8Array): Result<RunResult> {
    return runProgram(this.#native, this.#loaded.program, frame, 1);
  }

  /** Lets go; what is pinned works on. */
  close(): void {
    this.#attachments.close();
    release(this.#native, this.#loaded);
  }

  /** Takes the program off every interface and out of the kernel. */
  remove(): Result<void> {
    const detached = this.#attachments.detachAll();
    if (!detached.ok) return detached;
    if (this.#pins !== undefined) removePins(this.#pins);
    this.close();
    return success(undefined);
  }
}

function removePins(pins: PinFolder): void {
  pins.removeAll();
  removeEmptyFolder(dirname(pins.path));
}

/**
 * `ip netns exec` gives a command mounts of its own, with a fresh /sys that bears the namespace's
 * name as its device (iproute2, lib/namespace.c, netns_switch()). What is pinned in a BPF file
 * system mounted there is gone with the command, and the program with it.
 */
function checkMounts(): Result<void> {
  const mounts = readFileSync("/proc/self/mountinfo", "latin1").split("\n");
  const sys = mounts.findLast((line) => line.split(" ")[4] === "/sys");
  const device = / - sysfs (\S+) /.exec(sys ?? "")?.[1];
  if (device === undefined || !existsSync(`/run/netns/${device}`) || hasBpffs()) {
    return success(undefined);
  }
  return failure(
    "BPF_NO_FILESYSTEM",
    "What would be pinned here ends with this command, because it has mounts of its own",
    `run it by "nsenter --net=/run/netns/${device}", not by "ip netns exec"`,
  );
}

function tableNames(native: Addon): TableName[] {
  return Object.keys(tables(native.possibleCpus())) as TableName[];
}

function load(native: Addon, file: ObjectFile): Result<Loaded> {
  const sizes = tables(native.possibleCpus());
  return loadFile(
    native,
    file,
    (object) => sizeMaps(native, object, sizes),
    (object) => {
      const maps = Object.fromEntries(
        tableNames(native).map((name) => [name, native.mapFd(object, name)]),
      );
      const program = native.programFd(object, "decapsulate");
      assert(program >= 0, "the program decapsulate", program);
      return { program, maps: maps as Loaded["maps"] };
    },
  );
}

function descriptors({ program, maps }: Loaded): Record<string, number> {
  return { ...maps, program };
}

function release(native: Addon, loaded: Loaded): void {
  for (const fd of Object.values(descriptors(loaded))) if (fd >= 0) native.close(fd);
}
