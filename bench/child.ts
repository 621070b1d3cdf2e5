import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** Starts a script of the bench in a network namespace; what it writes comes through a pipe. */
export function inNamespace(
  namespace: string,
  script: string,
  ...args: readonly string[]
): ChildProcess {
  const command = ["netns", "exec", namespace, process.execPath, script, ...args];
  return spawn("ip", command, { stdio: ["ignore", "pipe", "inherit"] });
}

/** Asks it to end, and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill();
  await gone;
}
