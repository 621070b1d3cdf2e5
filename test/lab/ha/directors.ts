import { readFileSync, statSync } from "node:fs";
import type { ElectionFile } from "../../../src/cli/lab/election-file.ts";
import { enter } from "../../../src/cli/lab/enter.ts";
import { LAB_FOLDER, logPath, namespacePath } from "../../../src/cli/lab/names.ts";
import { removePath } from "../../../src/kernel/linux/private-file.ts";
import {
  allProcesses,
  networkNamespaceOf,
  type ProcessId,
  signal,
  startDetached,
} from "../../../src/kernel/linux/process.ts";
import { until } from "../lab.ts";

/** What runs an election on the directors of a lab. */
export interface Implementation {
  readonly name: "keepalived" | "weir";
  start(lab: string, host: string, file: ElectionFile): Promise<void>;
  /** Every process of a host's director. */
  processes(lab: string, host: string): ProcessId[];
}

/** Of a log, where keepalived would not start. */
const LOG_CHARACTERS = 2_000;

/**
 * The real keepalived, for VRRP alone (-P): its health checks want the kernel's IPVS, which not
 * every machine has. The holder's own kernel answers packets for the VIP then.
 */
export const KEEPALIVED: Implementation = {
  name: "keepalived",
  start: async (lab, host, { path, conditional }) => {
    const file = (kind: string) => `${LAB_FOLDER}/${lab}.${host}.${kind}.pid`;
    const options = ["--dont-fork", "--vrrp", "--log-console", "--log-detail"];
    const files = ["-f", path, "-p", file("keepalived"), "-r", file("vrrp")];
    // A killed one that nobody has waited for counts as running with keepalived.
    for (const kind of ["keepalived", "vrrp"]) removePath(file(kind));
    const log = logPath(lab, host, "keepalived");
    const id = conditional ? ["-i", host] : [];
    const command = ["keepalived", ...options, ...files, ...id];
    const [program, ...args] = enter(lab, host, command);
    const started = await startDetached(program, args, log);
    if (!started.ok) throw new Error(started.fault.message);
    await until(`keepalived of ${host} has its child`, async () => {
      return KEEPALIVED.processes(lab, host).length === 2;
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${readFileSync(log, "utf8").slice(-LOG_CHARACTERS)}`);
    });
  },
  processes: (lab, host) => {
    const namespace = String(statSync(namespacePath(lab, host)).ino);
    return [...allProcesses()]
      .filter(({ args }) => args[0] === "keepalived")
      .filter(({ id }) => networkNamespaceOf(id.pid) === namespace)
      .map(({ id }) => id);
  },
};

/**
 * Sends a signal to every process of a director, at once: keepalived's child hears of its parent's
 * end (PR_SET_PDEATHSIG) and leaves in peace if it gets to it, so that who is killed stands still
 * before.
 */
export function signalAll(
  implementation: Implementation,
  lab: string,
  host: string,
  name: NodeJS.Signals,
): void {
  const all = implementation.processes(lab, host);
  if (name === "SIGKILL") for (const id of all) signal(id, "SIGSTOP");
  for (const id of all) signal(id, name);
}
