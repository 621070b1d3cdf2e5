import { readFileSync } from "node:fs";
import { failure, type Result, success } from "../../base/fault.ts";
import { arrays, type Dimensions } from "../../datapath/layout.ts";

/** What the tables leave to the rest of the machine. */
const SPARE_BYTES = 64 * 2 ** 20;
const MIB = 2 ** 20;

/** Bytes of kernel memory that the tables take, largest first. */
function tableBytes(dimensions: Dimensions): { name: string; bytes: number }[] {
  const tables = Object.entries(arrays(dimensions)).map(([name, { bytes, entries }]) => ({
    name,
    bytes: bytes * entries,
  }));
  return tables.sort((a, b) => b.bytes - a.bytes);
}

/**
 * BPF arrays are allocated when they are made, and a machine that runs out of memory on the way
 * kills processes rather than the request: so the sum is checked before.
 *
 * Faults: BPF_NO_MEMORY.
 */
export function checkMemory(dimensions: Dimensions, available = memAvailable()): Result<void> {
  const tables = tableBytes(dimensions);
  const needed = tables.reduce((sum, { bytes }) => sum + bytes, SPARE_BYTES);
  if (needed <= available) return success(undefined);
  const largest = tables
    .slice(0, 3)
    .map(({ name, bytes }) => `${name} ${mebibytes(bytes)}`)
    .join(", ");
  return failure(
    "BPF_NO_MEMORY",
    `The tables need ${mebibytes(needed)} and ${mebibytes(available)} are available` +
      ` (the largest: ${largest})`,
    `lower the number of connections (now ${dimensions.buckets * 8}), of real servers` +
      ` (${dimensions.servers}) or of services (${dimensions.services})`,
  );
}

/** MemAvailable of proc_meminfo(5) in bytes. */
function memAvailable(): number {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "latin1"));
  return found === null ? Number.POSITIVE_INFINITY : Number(found[1]) * 1024;
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / MIB)} MiB`;
}
