import { assert } from "../../src/base/assert.ts";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { type Addon, BUILD } from "../../src/kernel/linux/addon.ts";
import type { Btf } from "../../src/kernel/linux/btf.ts";
import { errno } from "../../src/kernel/linux/errno.ts";
import { mapMemory } from "../../src/kernel/linux/maps.ts";
import { readObject } from "../../src/kernel/linux/object.ts";
import { refusal } from "../../src/kernel/linux/refusal.ts";
import { FRAME_BYTES } from "./frames.ts";

/** VERDICTS of rig.bpf.c; XDP_TX of <linux/bpf.h> is the fourth. */
const VERDICTS = 8;
export const XDP_TX = 3;

const STATE = ".bss";
const PAGE_BYTES = 4096;
const INTERRUPTED_MAX = 10;

/** Which flows a run goes through: `first` and those after it, modulo a power of two. */
export interface Walk {
  readonly frame: Uint8Array;
  readonly first: number;
  /** A power of two, 2^24 at most. */
  readonly flows: number;
  readonly repeats: number;
}

export interface Timing {
  /** CPU time of this thread, ns a repeat. */
  readonly cpu: number;
  /** The kernel's own mean by the clock on the wall, whole ns. */
  readonly kernel: number;
  /** How often each XDP verdict was given. */
  readonly verdicts: readonly number[];
}

/** rig.bpf.c in the kernel, and what it shares with us. It is gone when it is closed. */
export class Rig {
  /** The descriptor of the program that does nothing. */
  readonly bounce: number;
  readonly #native: Addon;
  readonly #program: number;
  readonly #target: number;
  readonly #memory: ArrayBuffer;
  readonly #btf: Btf;
  #aimedAt: number | undefined;

  /** Faults: OBJECT_MISSING, OBJECT_BROKEN, BPF_REFUSED, BPF_PERMISSION. */
  static open(native: Addon): Result<Rig> {
    const file = readObject(`${BUILD}rig.bpf.o`);
    if (!file.ok) return file;
    const object = native.objectOpen(file.value.path);
    if (typeof object === "number") return refusal("OBJECT_BROKEN", "open the rig", object);
    try {
      const result = native.objectLoad(object);
      if (result < 0) return refusal("BPF_REFUSED", "load the rig", result);
      const program = native.programFd(object, "rig");
      const bounce = native.programFd(object, "bounce");
      const target = native.mapFd(object, "target");
      const state = native.mapFd(object, STATE);
      assert(Math.min(program, bounce, target, state) >= 0, "the parts of rig.bpf.c");
      const memory = mapMemory(native, state, PAGE_BYTES);
      native.close(state);
      return success(new Rig(native, { program, bounce, target }, memory, file.value.btf));
    } finally {
      native.objectClose(object);
    }
  }

  private constructor(
    native: Addon,
    fds: { program: number; bounce: number; target: number },
    memory: ArrayBuffer,
    btf: Btf,
  ) {
    this.#native = native;
    this.#program = fds.program;
    this.#target = fds.target;
    this.bounce = fds.bounce;
    this.#memory = memory;
    this.#btf = btf;
  }

  /**
   * Sends a walk through a program. A signal ends a run early; then `restore` undoes what it did
   * and it is done again.
   *
   * Faults: RUN_REFUSED, BPF_PERMISSION.
   */
  run(program: number, walk: Walk, restore: () => void = () => {}): Result<Timing> {
    const aimed = this.#aim(program);
    if (!aimed.ok) return aimed;
    for (let tries = 0; tries < INTERRUPTED_MAX; tries++) {
      if (tries > 0) restore();
      this.#set(walk);
      const answer = new Uint32Array(3);
      const room = new Uint8Array(answer.buffer);
      const { frame, repeats } = walk;
      const before = process.threadCpuUsage();
      const result = this.#native.programRun(
        this.#program,
        frame,
        undefined,
        undefined,
        repeats,
        room,
      );
      const used = process.threadCpuUsage(before);
      if (result === -errno.EINTR) continue;
      if (result < 0) return refusal("RUN_REFUSED", "run the rig", result);
      const cpu = ((used.user + used.system) * 1000) / repeats;
      const verdicts = Array.from(this.#words64("verdicts", VERDICTS), Number);
      return success({ cpu, kernel: answer[1]!, verdicts });
    }
    return failure("RUN_REFUSED", "Cannot run the rig: signals interrupt it time and again");
  }

  close(): void {
    for (const fd of [this.#program, this.#target, this.bounce]) this.#native.close(fd);
  }

  /** The kernel waits for everyone who may use the old target: only where it is another one. */
  #aim(program: number): Result<void> {
    if (program === this.#aimedAt) return success(undefined);
    const key = new Uint8Array(4);
    const value = new Uint8Array(Int32Array.of(program).buffer);
    const result = this.#native.mapUpdate(this.#target, key, value);
    if (result < 0) return refusal("RUN_REFUSED", "aim the rig", result);
    this.#aimedAt = program;
    return success(undefined);
  }

  #set({ frame, first, flows }: Walk): void {
    assert(frame.length === FRAME_BYTES, "a frame of the rig's length", frame.length);
    assert(Number.isInteger(Math.log2(flows)) && flows <= 2 ** 24, "a number of flows", flows);
    new Uint8Array(this.#memory, this.#offsetOf("frame"), FRAME_BYTES).set(frame);
    this.#word("flow_mask")[0] = flows - 1;
    this.#word("next")[0] = first;
    this.#words64("verdicts", VERDICTS).fill(0n);
  }

  #word(name: string): Uint32Array {
    return new Uint32Array(this.#memory, this.#offsetOf(name), 1);
  }

  #words64(name: string, count: number): BigUint64Array {
    return new BigUint64Array(this.#memory, this.#offsetOf(name), count);
  }

  #offsetOf(name: string): number {
    const variable = this.#btf.variables.get(name);
    assert(variable?.section === STATE, "a variable of rig.bpf.c", name);
    return variable.offset;
  }
}
