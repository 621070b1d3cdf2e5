import { closeSync, openSync, statSync } from "node:fs";
import { failure, type Result, success } from "../../base/fault.ts";
import { addon } from "./addon.ts";
import { refusal } from "./refusal.ts";

/** CLONE_NEWNET of <sched.h>. */
const CLONE_NEWNET = 0x40000000;

/**
 * Moves this process into the network namespace at `path`, such as /run/netns/NAME.
 *
 * setns(2) moves one thread and Node has several by now, so the process then starts itself anew
 * with the same arguments: it does not return from the move, and on the second call it is there
 * already.
 *
 * Faults: NETNS_MISSING, NETNS_REFUSED, BPF_PERMISSION, ADDON_MISSING, ADDON_REFUSED.
 */
export function enterNetworkNamespace(path: string): Result<void> {
  const native = addon();
  if (!native.ok) return native;
  let fd: number;
  try {
    if (sameFile(path, "/proc/self/ns/net")) return success(undefined);
    fd = openSync(path, "r");
  } catch {
    return failure(
      "NETNS_MISSING",
      `There is no network namespace at "${path}"`,
      "`ip netns list` shows those with a name, which are in /run/netns",
    );
  }
  const result = native.value.setns(fd, CLONE_NEWNET);
  closeSync(fd);
  if (result < 0) return refusal("NETNS_REFUSED", `enter the network namespace "${path}"`, result);
  return startAnew();
}

/** execve(2): the same process, with nothing of what it was but its arguments. */
function startAnew(): never {
  const { argv, env, execArgv, execPath } = process;
  return process.execve!(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}

function sameFile(a: string, b: string): boolean {
  const first = statSync(a);
  const second = statSync(b);
  return first.ino === second.ino && first.dev === second.dev;
}
