import { type Result, success } from "../../src/base/fault.ts";
import type { Random } from "../../src/base/random.ts";
import type { Dimensions } from "../../src/datapath/layout.ts";
import type { Swept } from "../../src/datapath/sweep.ts";
import { HASH_KEYS, type Tables } from "../../src/datapath/tables.ts";
import type { RunResult } from "../../src/kernel/kernel.ts";
import { addon, BUILD } from "../../src/kernel/linux/addon.ts";
import { LinuxDataPath } from "../../src/kernel/linux/data-path.ts";
import { loadObject, readObject } from "../../src/kernel/linux/object.ts";

/** What the machine asks of the program; the kernel boundary's DataPath is one. */
export interface Program {
  readonly tables: Tables;
  /**
   * One frame, received on the loopback device (interface 1). Frames are of 14 bytes, an Ethernet
   * header, and more: BPF_PROG_TEST_RUN takes no shorter ones, and no Ethernet device delivers
   * them. It neither pads nor changes what it is given, so all lengths from there on are tried. Up
   * to about 3500 bytes a frame lies in one piece, as the program asks for it.
   */
  run(frame: Uint8Array): Result<Pick<RunResult, "verdict" | "frame">>;
  sweep(firstBucket: number, buckets: number, now: number): Result<Swept>;
  close(): void;
}

/** The interface on which BPF_PROG_TEST_RUN receives: the loopback device of the namespace. */
export const INGRESS = 1;

/**
 * Small tables, so that they fill and evict. The secrets come from the seed as well, which is why
 * this goes by the loader's parts: the loader itself draws them anew each time, and then no run
 * could be done again. `sizes`: those that are not to be small.
 *
 * Faults: those of DataPathLoader.load().
 */
export function loadProgram(random: Random, sizes: Partial<Dimensions> = {}): Result<Program> {
  const native = addon();
  if (!native.ok) return native;
  const file = readObject(`${BUILD}weir.bpf.o`);
  if (!file.ok) return file;
  const small = smallDimensions(random, native.value.possibleCpus());
  const dimensions = { ...small, ...sizes };
  const hashKeys = Uint32Array.from({ length: HASH_KEYS }, () => random.u32());
  const loaded = loadObject(native.value, file.value, dimensions, hashKeys);
  if (!loaded.ok) return loaded;
  const path = new LinuxDataPath(
    native.value,
    loaded.value,
    dimensions,
    hashKeys,
    undefined,
    false,
  );
  return success(path);
}

export function smallDimensions(random: Random, cpus: number): Dimensions {
  const buckets = random.pick([3, 3, 4, 5, 8]);
  // Half a thousand slots for a service of mh, and twice that while it changes.
  return { buckets, services: 24, servers: 64, poolSlots: 4096, vips: 16, cpus };
}
