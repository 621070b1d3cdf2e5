import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { Random } from "../src/base/random.ts";

/** What the figures were measured on. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  /** ns until the next load can begin that depends on one, over memory of so many KiB. */
  readonly latency: readonly { readonly kib: number; readonly nanoseconds: number }[];
  /** Runnable processes in the minute before (proc_loadavg(5)): what else went on. */
  readonly load: number;
}

const LINE_BYTES = 64;
const LATENCY_KIB = [256, 8192, 65_536];
const LOADS = 1_000_000;

export function machineFacts(): MachineFacts {
  return {
    cpu: cpuModel(),
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: loadavg()[0]!,
    latency: LATENCY_KIB.map((kib) => ({ kib, nanoseconds: loadLatency(kib) })),
  };
}

export function describeMachine(facts: MachineFacts): string[] {
  const { cpu, cores, memoryGib, kernel, load, latency } = facts;
  const loads = latency.map(({ kib, nanoseconds }) => `${nanoseconds.toFixed(1)} in ${size(kib)}`);
  return [
    `${cpu}, ${cores} cores, ${memoryGib} GiB, Linux ${kernel}, load before ${load.toFixed(1)}`,
    `memory: a load takes ns ${loads.join(", ")}`,
  ];
}

/** Virtual machines name little more than the maker: family and model tell the generation. */
function cpuModel(): string {
  const text = readFileSync("/proc/cpuinfo", "latin1");
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(text)?.[1];
  const family = field("cpu family");
  const name = field("model name") ?? cpus()[0]?.model ?? "unknown CPU";
  return family === undefined ? name : `${name} (family ${family}, model ${field("model")})`;
}

/** Goes through the cache lines of some memory in an order that no prefetcher guesses. */
function loadLatency(kib: number): number {
  const lines = (kib * 1024) / LINE_BYTES;
  const step = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT;
  const memory = new Int32Array(lines * step);
  const random = new Random(1);
  const order = Uint32Array.from({ length: lines }, (_, line) => line);
  for (let line = lines - 1; line > 0; line--) {
    const other = random.integer(line + 1);
    [order[line], order[other]] = [order[other]!, order[line]!];
  }
  for (let i = 0; i < lines; i++) memory[order[i]! * step] = order[(i + 1) % lines]! * step;
  let at = walk(memory, 0, lines);
  const before = process.threadCpuUsage();
  at = walk(memory, at, LOADS);
  const { user, system } = process.threadCpuUsage(before);
  // What was read must matter, or the loads could be left out.
  return at < 0 ? Number.NaN : ((user + system) * 1000) / LOADS;
}

function walk(memory: Int32Array, start: number, loads: number): number {
  let at = start;
  for (let load = 0; load < loads; load++) at = memory[at]!;
  return at;
}

function size(kib: number): string {
  return kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
}
