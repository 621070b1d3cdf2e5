import { type Result, success } from "../../base/fault.ts";
import { sweepSlice } from "../../datapath/layout.ts";
import { Records } from "../../datapath/records.ts";
import type { RunResult } from "../kernel.ts";
import type { Addon } from "./addon.ts";
import { errno } from "./errno.ts";
import { refusal } from "./refusal.ts";

/** An XDP program may grow a frame by its headroom, XDP_PACKET_HEADROOM of <linux/bpf.h>. */
const HEADROOM = 256;
/**
 * A signal ends a run of many repeats early with EINTR; it is then done again, this often at most.
 */
const RUNS_MAX = 10;

/**
 * What the program does to a frame (Documentation/bpf/bpf_prog_run.rst). With `repeat` the program
 * meets its own output again: the kernel does not restore the frame in between.
 *
 * Faults: RUN_REFUSED, BPF_PERMISSION.
 */
export function runProgram(
  native: Addon,
  fd: number,
  frame: Uint8Array,
  repeat: number,
): Result<RunResult> {
  const out = new Uint8Array(frame.length + HEADROOM);
  const answer = new Uint32Array(3);
  const room = new Uint8Array(answer.buffer);
  let result = -errno.EINTR;
  for (let run = 0; run < RUNS_MAX && result === -errno.EINTR; run++) {
    result = native.programRun(fd, frame, out, undefined, repeat, room);
  }
  if (result < 0) {
    const fix = "a frame has at least 14 bytes and fits into one page";
    return refusal("RUN_REFUSED", `run the program on ${frame.length} bytes`, result, fix);
  }
  const [verdict, nanoseconds, length] = answer;
  return success({ verdict: verdict!, frame: out.slice(0, length!), nanoseconds: nanoseconds! });
}

/**
 * Runs the sweep over a slice; the program answers in the record that it was asked with.
 *
 * Faults: RUN_REFUSED, BPF_PERMISSION.
 */
export function runSweep(
  native: Addon,
  fd: number,
  firstBucket: number,
  buckets: number,
  now: number,
): Result<{ expired: number; live: number }> {
  const slice = new Records(sweepSlice, new ArrayBuffer(sweepSlice.size));
  slice.set(0, "first_bucket", firstBucket);
  slice.set(0, "buckets", buckets);
  slice.set(0, "now", now);
  const answer = new Uint8Array(12);
  const result = native.programRun(fd, undefined, undefined, slice.record(0), 0, answer);
  if (result < 0) return refusal("RUN_REFUSED", "run the sweep", result);
  return success({ expired: slice.get(0, "expired"), live: slice.get(0, "live") });
}
