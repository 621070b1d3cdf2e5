import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { failure, type Result, success } from "../../base/fault.ts";

/**
 * A process that stays the same one: the kernel hands a pid out again once its process is gone, but
 * never together with the same start time.
 */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat (proc_pid_stat(5)). */
  readonly started: string;
}

/** The process that has this pid now; undefined where there is none, or only its zombie. */
export function processById(pid: number): (ProcessId & { readonly parent: number }) | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The command in parentheses may itself hold spaces and parentheses; what follows it does not.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const started = fields[19];
  if (started === undefined || state === "Z" || state === "X") return undefined;
  return { pid, started, parent: Number(fields[1]) };
}

export function isRunning(id: ProcessId): boolean {
  return processById(id.pid)?.started === id.started;
}

/** Sends a signal to exactly this process; false where it is gone. */
export function signal(id: ProcessId, name: NodeJS.Signals): boolean {
  if (!isRunning(id)) return false;
  try {
    return process.kill(id.pid, name);
  } catch {
    return false;
  }
}

const POLL_MS = 20;

/** Asks a process to end, and ends it where it has not within `patience` milliseconds. */
export async function stop(id: ProcessId, patience: number): Promise<void> {
  // A stopped process takes SIGTERM only once it goes on.
  if (signal(id, "SIGTERM")) signal(id, "SIGCONT");
  for (let waited = 0; isRunning(id) && waited < patience; waited += POLL_MS) await sleep(POLL_MS);
  signal(id, "SIGKILL");
  for (let waited = 0; isRunning(id) && waited < patience; waited += POLL_MS) await sleep(POLL_MS);
}

/**
 * Starts a process of its own session that outlives this one. What it writes goes to `log`.
 *
 * Faults: PROCESS_REFUSED where it cannot be started or ends at once.
 */
export async function startDetached(
  program: string,
  args: readonly string[],
  log: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Result<ProcessId>> {
  const output = openSync(log, "a", 0o600);
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  const fault = await new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("spawn", () => resolve(undefined));
  });
  child.unref();
  const id = child.pid === undefined ? undefined : processById(child.pid);
  if (id !== undefined) return success({ pid: id.pid, started: id.started });
  const because = fault ?? "it ended at once";
  return failure("PROCESS_REFUSED", `Cannot start "${program}": ${because}`, `see ${log}`);
}

/** Every process with the arguments it was started with. */
export function* allProcesses(): Generator<{ id: ProcessId; args: readonly string[] }> {
  for (const entry of readdirSync("/proc")) {
    if (!/^[0-9]+$/.test(entry)) continue;
    const id = processById(Number(entry));
    const args = id && argumentsOf(id.pid);
    if (id !== undefined && args !== undefined) yield { id, args };
  }
}

function argumentsOf(pid: number): readonly string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return undefined;
  }
}

/**
 * The inode that names a process's network namespace (namespaces(7)); undefined where it is gone.
 */
export function networkNamespaceOf(pid: number | "self"): string | undefined {
  try {
    return /\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0];
  } catch {
    return undefined;
  }
}
