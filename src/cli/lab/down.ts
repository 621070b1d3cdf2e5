import { existsSync, statSync } from "node:fs";
import { type Result, success } from "../../base/fault.ts";
import { appliedPath } from "../../daemon/api/socket-path.ts";
import { run } from "../../kernel/linux/command.ts";
import { Decapsulator } from "../../kernel/linux/decapsulator.ts";
import { removeEmptyFolder, removePath } from "../../kernel/linux/private-file.ts";
import {
  allProcesses,
  networkNamespaceOf,
  type ProcessId,
  processById,
  stop,
} from "../../kernel/linux/process.ts";
import { REAL_SERVER_FOLDER, recordPath } from "../real-server/record.ts";
import { daemonProcesses } from "./daemon-process.ts";
import {
  daemonName,
  everyHostName,
  LAB_FOLDER,
  namespaceOf,
  namespacePath,
  pinsPath,
  socketPath,
} from "./names.ts";
import { readLab, removeLabFiles } from "./record.ts";

const PATIENCE_MS = 5_000;

/**
 * Takes down whatever there is of a lab, complete or not, with a record of it or without. Answers
 * what was removed, a line each; nothing where there was nothing.
 *
 * Faults: COMMAND_FAILED where a namespace cannot be removed.
 */
export async function takeLabDown(lab: string): Promise<Result<string[]>> {
  const removed: string[] = [];
  const processes = processesOf(lab);
  await Promise.all(processes.map((id) => stop(id, PATIENCE_MS)));
  if (processes.length > 0) removed.push(counted(processes.length, "process", "es"));

  const hosts = everyHostName().filter((host) => existsSync(namespacePath(lab, host)));
  for (const host of hosts) {
    const inode = namespaceInode(namespacePath(lab, host));
    removePath(recordPath(inode));
    Decapsulator.forget(inode);
    const deleted = await run("ip", ["netns", "delete", namespaceOf(lab, host)]);
    if (!deleted.ok) return deleted;
  }
  if (hosts.length > 0) removed.push(counted(hosts.length, "namespace", "s"));

  const paths = everyHostName().flatMap((host) => [
    socketPath(lab, host),
    pinsPath(lab, host),
    appliedPath(daemonName(lab, host)),
  ]);
  const left = paths.filter((path) => existsSync(path));
  for (const path of left) removePath(path);
  if (left.length > 0) removed.push(left.join(", "));
  if (removeLabFiles(lab)) removed.push("its record and logs");
  for (const folder of [LAB_FOLDER, REAL_SERVER_FOLDER]) removeEmptyFolder(folder);
  return success(removed);
}

/**
 * Every process of the lab: those on record, those that work in its namespaces, and daemons that
 * were started by hand under the name of one of its hosts. This command itself may be among those:
 * it is left out, with the processes that it was started by.
 */
function processesOf(lab: string): ProcessId[] {
  const inodes = everyHostName()
    .map((host) => namespacePath(lab, host))
    .filter((path) => existsSync(path))
    .map(namespaceInode);
  const found = new Map<number, ProcessId>();
  for (const { pid, started } of readLab(lab)?.processes ?? []) found.set(pid, { pid, started });
  for (const { id } of allProcesses()) {
    if (inodes.includes(networkNamespaceOf(id.pid) ?? "")) found.set(id.pid, id);
  }
  for (const id of daemonProcesses(lab, everyHostName())) found.set(id.pid, id);
  for (const pid of ancestors()) found.delete(pid);
  return [...found.values()];
}

function ancestors(): number[] {
  const line = [process.pid];
  for (let pid: number | undefined = process.ppid; pid !== undefined && pid > 0; ) {
    line.push(pid);
    pid = processById(pid)?.parent;
  }
  return line;
}

/** The inode of the namespace that is bound to a path (namespaces(7)). */
function namespaceInode(path: string): string {
  return String(statSync(path).ino);
}

function counted(count: number, noun: string, plural: string): string {
  return `${count} ${noun}${count === 1 ? "" : plural}`;
}
