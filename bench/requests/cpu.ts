import { readFileSync } from "node:fs";
import { allProcesses, type ProcessId, processById } from "../../src/kernel/linux/process.ts";

/** USER_HZ: the ticks of /proc are hundredths of a second on every architecture we run on. */
const TICK_SECONDS = 0.01;

/**
 * Seconds of CPU time that all CPUs of this machine have worked, interrupts included: user, nice,
 * system, irq and softirq of proc_stat(5). Time that the hypervisor took is not work of ours.
 */
export function machineSeconds(): number {
  const line = readFileSync("/proc/stat", "latin1").split("\n", 1)[0]!;
  const [user, nice, system, , , irq, softirq] = line.split(/\s+/).slice(1).map(Number);
  return (user! + nice! + system! + irq! + softirq!) * TICK_SECONDS;
}

/** Seconds of CPU time of processes and the children they have, all threads (proc_pid_stat(5)). */
export function familySeconds(ids: readonly ProcessId[]): number {
  const heads = new Set(ids.map(({ pid }) => pid));
  let total = 0;
  for (const { id } of allProcesses()) {
    const parent = processById(id.pid)?.parent;
    if (heads.has(id.pid) || (parent !== undefined && heads.has(parent))) {
      total += processSeconds(id.pid, USED);
    }
  }
  return total;
}

/** Seconds of CPU time of all commands that this process has run to their ends. */
export function endedChildrenSeconds(): number {
  return processSeconds(process.pid, USED_BY_ENDED_CHILDREN);
}

/** utime and stime, fields 14 and 15, counted from the state, field 3; then cutime and cstime. */
const USED = 11;
const USED_BY_ENDED_CHILDREN = 13;

function processSeconds(pid: number, field: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command in parentheses, field 2, may hold spaces itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[field]) + Number(fields[field + 1])) * TICK_SECONDS;
  } catch {
    return 0;
  }
}
