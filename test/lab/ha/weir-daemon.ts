import { daemonProcesses } from "../../../src/cli/lab/daemon-process.ts";
import { startDaemon } from "../../../src/cli/lab/hosts.ts";
import { readLab } from "../../../src/cli/lab/record.ts";
import type { Implementation } from "./directors.ts";

/** Weir itself, as `weir lab up ha` starts it. */
export const WEIR_DAEMON: Implementation = {
  name: "weir",
  start: async (lab, host, file) => {
    const started = await startDaemon(readLab(lab)!, host, ["eth0"], file);
    if (!started.ok) throw new Error(started.fault.message);
  },
  processes: (lab, host) => daemonProcesses(lab, [host]),
};
