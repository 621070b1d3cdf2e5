import { type Result, success } from "../../base/fault.ts";
import { type ArrayName, arrays, type Dimensions, serviceSlots } from "../../datapath/layout.ts";
import { ServiceTable } from "../../datapath/service-table.ts";
import type { Tables } from "../../datapath/tables.ts";
import type { Attachment, DataPath, RunResult } from "../kernel.ts";
import type { Addon } from "./addon.ts";
import { Attachments } from "./attachments.ts";
import type { PinFolder } from "./bpffs.ts";
import { mapMemory } from "./maps.ts";
import { type Loaded, release } from "./object.ts";
import { runProgram, runSweep } from "./program-run.ts";

/** The program and its tables, as they are in the kernel. */
export class LinuxDataPath implements DataPath {
  readonly tables: Tables;
  readonly resumed: boolean;
  readonly #native: Addon;
  readonly #pins: PinFolder | undefined;
  readonly #attachments: Attachments;
  #loaded: Loaded;
  #open = true;

  constructor(
    native: Addon,
    loaded: Loaded,
    dimensions: Dimensions,
    hashKeys: Uint32Array,
    pins: PinFolder | undefined,
    resumed: boolean,
  ) {
    this.#native = native;
    this.#loaded = loaded;
    this.#pins = pins;
    this.#attachments = new Attachments(native, loaded.program, pins);
    this.resumed = resumed;
    const memory = mapArrays(native, loaded, dimensions);
    this.tables = {
      dimensions,
      hashKeys,
      arrays: memory,
      serviceKeys: new ServiceTable(memory.service_slots, serviceSlots(dimensions), hashKeys),
    };
    if (resumed) this.#attachments.resume();
  }

  attach(link: number): Result<Attachment> {
    return this.#attachments.attach(link);
  }

  detach(link: number): Result<void> {
    return this.#attachments.detach(link);
  }

  attachments(): readonly Attachment[] {
    return this.#attachments.list();
  }

  run(frame: Uint8Array, repeat = 1): Result<RunResult> {
    return runProgram(this.#native, this.#loaded.program, frame, repeat);
  }

  sweep(firstBucket: number, buckets: number, now: number) {
    return runSweep(this.#native, this.#loaded.sweep, firstBucket, buckets, now);
  }

  /**
   * Puts a newly built program over the same tables in the place of the running one.
   *
   * Faults: XDP_REFUSED, BPF_PERMISSION.
   */
  replace(loaded: Loaded): Result<void> {
    const replaced = this.#attachments.replace(loaded.program);
    if (!replaced.ok) return replaced;
    this.#native.close(this.#loaded.program);
    this.#native.close(this.#loaded.sweep);
    for (const fd of Object.values(loaded.maps)) this.#native.close(fd);
    this.#loaded = { ...loaded, maps: this.#loaded.maps };
    return success(undefined);
  }

  unload(): Result<void> {
    const detached = this.#attachments.detachAll();
    if (!detached.ok) return detached;
    this.#pins?.removeAll();
    this.close();
    return success(undefined);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#attachments.close();
    release(this.#native, this.#loaded);
  }
}

function mapArrays(native: Addon, loaded: Loaded, dimensions: Dimensions): Tables["arrays"] {
  const mapped: Partial<Record<ArrayName, ArrayBuffer>> = {};
  for (const [name, { bytes, entries }] of Object.entries(arrays(dimensions))) {
    const array = name as ArrayName;
    mapped[array] = mapMemory(native, loaded.maps[array], bytes * entries);
  }
  return mapped as Tables["arrays"];
}
