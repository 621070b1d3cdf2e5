import { Option } from "commander";
import { describeFault, type Result } from "../base/fault.ts";
import { DirectorClient } from "../daemon/api/client.ts";
import { DEFAULT_NAME, socketPath } from "../daemon/api/socket-path.ts";

/** `--name`: which of several daemons on this machine a verb speaks to. */
export function nameOption(): Option {
  const byDefault = process.env.WEIR_NAME ?? DEFAULT_NAME;
  return new Option("--name <name>", "which daemon").default(byDefault);
}

/** Prints what a verb makes of the daemon's answers; a fault is one sentence and status 1. */
export async function printAnswer(
  verb: string,
  name: string,
  ask: (daemon: DirectorClient) => Promise<Result<string>>,
): Promise<void> {
  const path = socketPath(name);
  const answer = path.ok ? await ask(new DirectorClient(path.value)) : path;
  if (answer.ok) {
    process.stdout.write(answer.value);
    return;
  }
  process.stderr.write(`${verb}: ${describeFault(answer.fault)}\n`);
  process.exitCode = 1;
}
