import { allProcesses, type ProcessId } from "../../kernel/linux/process.ts";
import { daemonName } from "./names.ts";

/**
 * The daemons of a host, whoever started them: processes whose arguments are those of `weir daemon`
 * with the name of that host. A lab's record only knows those that the lab started itself.
 */
export function daemonProcesses(lab: string, hosts: readonly string[]): ProcessId[] {
  const names = hosts.map((host) => daemonName(lab, host));
  return [...allProcesses()]
    .filter(({ args }) => isDaemon(args) && names.includes(nameOf(args) ?? ""))
    .map(({ id }) => id);
}

function isDaemon(args: readonly string[]): boolean {
  return args.includes("daemon");
}

/** Both "--name NAME" and "--name=NAME". */
function nameOf(args: readonly string[]): string | undefined {
  const joined = args.find((argument) => argument.startsWith("--name="));
  if (joined !== undefined) return joined.slice("--name=".length);
  const at = args.indexOf("--name");
  return at < 0 ? undefined : args[at + 1];
}
