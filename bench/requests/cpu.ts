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

/** Seconds of CPU time of a process and the children it has, all their threads (proc_pid_stat(5)). */
export function familySeconds(id: ProcessId): number {
  let total = processSeconds(id.pid);
  for (const { id: other } of allProcesses()) {
    if (processById(other.pid)?.parent === id.pid) total += processSeconds(other.pid);
  }
  return total;
}

function processSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Fields 14 and 15; the command in parentheses, field 2, may hold spaces itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS;
  } catch {
    return 0;
  }
}
