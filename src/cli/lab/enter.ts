import { CHECKOUT, daemonName, namespacePath } from "./names.ts";

export type Command = readonly [program: string, ...args: string[]];

/**
 * A command as it runs on a host of the lab. `ip netns exec` would also give it mounts of its own,
 * in which pins of BPF programs vanish with the command; /proc/sys/net follows the namespace by
 * itself.
 */
export function enter(lab: string, host: string, command: readonly string[]): Command {
  return ["nsenter", `--net=${namespacePath(lab, host)}`, "--", ...command];
}

/**
 * What a command finds on a host of the lab: this checkout's `weir` and `ipvsadm` before others,
 * both speaking to the daemon of that host.
 */
export function hostEnvironment(lab: string, host: string): Record<string, string> {
  const path = process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin";
  return {
    PATH: `${CHECKOUT}:${CHECKOUT}bin:${path}`,
    WEIR_NAME: daemonName(lab, host),
  };
}
