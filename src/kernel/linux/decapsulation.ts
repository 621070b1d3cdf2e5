import { failure, type Result, success } from "../../base/fault.ts";
import { type TableName, Tables, tables } from "../../decapsulation/tables.ts";
import type { Attachment, RunResult } from "../kernel.ts";
import { type Addon, addon, BUILD } from "./addon.ts";
import { Attachments } from "./attachments.ts";
import { mountBpffs, PinFolder } from "./bpffs.ts";
import { mapMemory } from "./maps.ts";
import { lastLine, loadFailure, type ObjectFile, readObject } from "./object.ts";
import { runProgram } from "./program-run.ts";
import { refusal } from "./refusal.ts";

const TABLES: readonly TableName[] = ["config", "addresses", "reasons"];

/** File descriptors of what lives in the kernel. */
interface Loaded {
  readonly program: number;
  readonly maps: Readonly<Record<TableName, number>>;
}

/**
 * The decapsulation program of a real server, with its tables; pinned, so that it works on when the
 * command that loaded it has ended.
 */
export class Decapsulation {
  readonly tables: Tables;
  readonly #native: Addon;
  readonly #loaded: Loaded;
  readonly #pins: PinFolder;
  readonly #attachments: Attachments;

  private constructor(native: Addon, loaded: Loaded, pins: PinFolder) {
    this.#native = native;
    this.#loaded = loaded;
    this.#pins = pins;
    this.#attachments = new Attachments(native, loaded.program, pins);
    this.#attachments.resume();
    const sizes = tables(native.possibleCpus());
    const memory = Object.fromEntries(
      TABLES.map((name) => {
        const { bytes, entries } = sizes[name];
        return [name, mapMemory(native, loaded.maps[name], bytes * entries)];
      }),
    );
    this.tables = new Tables(memory as Record<TableName, ArrayBuffer>);
  }

  /**
   * What is pinned under this name; undefined where nothing is, or where another version of Weir
   * did it.
   *
   * Faults: those of {@link load}.
   */
  static find(name: string): Result<Decapsulation | undefined> {
    const here = prepare(name);
    if (!here.ok) return here;
    const { native, file, pins } = here.value;
    if (pins.note("object") !== file.fingerprint) return success(undefined);
    const loaded = takeUp(native, pins);
    return success(loaded && new Decapsulation(native, loaded, pins));
  }

  /**
   * Loads the program anew, with empty tables, in the place of what is pinned under this name.
   *
   * Faults: ADDON_MISSING, ADDON_REFUSED, OBJECT_MISSING, OBJECT_BROKEN, NAME_INVALID,
   * BPF_NO_FILESYSTEM, BPF_PERMISSION, BPF_REFUSED, BPF_NO_MEMORY.
   */
  static load(name: string): Result<Decapsulation> {
    const here = prepare(name);
    if (!here.ok) return here;
    const { native, file, pins } = here.value;
    pins.removeAll();
    const loaded = loadObject(native, file);
    if (!loaded.ok) return loaded;
    const pinned = pinAll(native, loaded.value, pins);
    if (!pinned.ok) {
      release(native, loaded.value);
      pins.removeAll();
      return pinned;
    }
    pins.setNote("object", file.fingerprint);
    return success(new Decapsulation(native, loaded.value, pins));
  }

  /** Faults: XDP_BUSY, XDP_REFUSED, LINK_MISSING, BPF_PERMISSION. */
  attach(link: number): Result<Attachment> {
    return this.#attachments.attach(link);
  }

  /** The interfaces that the program is on at this moment. */
  attachments(): readonly Attachment[] {
    return this.#attachments.list();
  }

  /** What the program makes of a frame, which it counts. Faults: RUN_REFUSED, BPF_PERMISSION. */
  run(frame: Uint8Array): Result<RunResult> {
    return runProgram(this.#native, this.#loaded.program, frame, 1);
  }

  /** Takes the program off all interfaces, and forgets its tables. */
  unload(): Result<void> {
    const detached = this.#attachments.detachAll();
    if (!detached.ok) return detached;
    this.#pins.removeAll();
    this.close();
    return success(undefined);
  }

  /** Lets go; the program works on. */
  close(): void {
    this.#attachments.close();
    release(this.#native, this.#loaded);
  }
}

function prepare(name: string) {
  const native = addon();
  if (!native.ok) return native;
  const file = readObject(`${BUILD}decap.bpf.o`);
  if (!file.ok) return file;
  const pins = PinFolder.of(name);
  if (!pins.ok) return pins;
  const mounted = mountBpffs(native.value);
  if (!mounted.ok) return mounted;
  return success({ native: native.value, file: file.value, pins: pins.value });
}

function takeUp(native: Addon, pins: PinFolder): Loaded | undefined {
  const open = (entry: string) => native.pinned(pins.pathOf(entry));
  const [config, addresses, reasons] = [open("config"), open("addresses"), open("reasons")];
  const loaded = { program: open("program"), maps: { config, addresses, reasons } };
  if ([loaded.program, ...Object.values(loaded.maps)].every((fd) => fd >= 0)) return loaded;
  release(native, loaded);
  return undefined;
}

function loadObject(native: Addon, file: ObjectFile): Result<Loaded> {
  const object = native.objectOpen(file.path);
  if (typeof object === "number") {
    return failure("OBJECT_BROKEN", `libbpf cannot open "${file.path}": ${lastLine(native)}`);
  }
  try {
    for (const [name, { entries }] of Object.entries(tables(native.possibleCpus()))) {
      const result = native.mapResize(object, name, entries);
      if (result < 0) return refusal("OBJECT_BROKEN", `give the table "${name}" its size`, result);
    }
    const result = native.objectLoad(object);
    if (result < 0) return loadFailure(native, object, file, result);
    const map = (name: TableName) => native.mapFd(object, name);
    const maps = { config: map("config"), addresses: map("addresses"), reasons: map("reasons") };
    return success({ program: native.programFd(object, "decap"), maps });
  } finally {
    native.objectClose(object);
  }
}

function pinAll(native: Addon, { program, maps }: Loaded, pins: PinFolder): Result<void> {
  pins.make();
  for (const [entry, fd] of Object.entries({ ...maps, program })) {
    const pinned = pins.pin(native, entry, fd);
    if (!pinned.ok) return pinned;
  }
  return success(undefined);
}

function release(native: Addon, { program, maps }: Loaded): void {
  for (const fd of [program, ...Object.values(maps)]) if (fd >= 0) native.close(fd);
}
