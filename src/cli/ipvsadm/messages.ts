import { describeFault, type Fault, failure } from "../../base/fault.ts";
import type { Operation } from "../../state/rule.ts";

/** ipvsadm's exit statuses. */
export const EXIT = {
  done: 0,
  /** A listing that cannot be given, and what only Weir can answer: not supported, no daemon. */
  failed: 1,
  usage: 2,
  /** -1 in C: IPVS refused, or popt(3) did. */
  refused: 255,
} as const;

/** What ends a command: a text for stderr without its last newline, and the exit status. */
export interface Ending {
  readonly text: string;
  readonly status: number;
}

export const NOT_ROOT: Ending = {
  text:
    "Can't initialize ipvs: Permission denied (you must be root)\n" +
    "Are you sure that IP Virtual Server is built in the kernel or as module?",
  status: EXIT.usage,
};

export const NO_SUCH_SERVICE: Ending = { text: "No such service", status: EXIT.failed };

/** No sync daemon can run in this version, so that this is always true. */
export const NO_SYNC_DAEMON: Ending = { text: "No daemon is running", status: EXIT.refused };

export const SYNC_NOT_SUPPORTED: Ending = {
  text: "ipvsadm: The connection sync daemon (--start-daemon) is not supported yet",
  status: EXIT.failed,
};

const NOT_FOUND = "Scheduler or persistence engine not found";
const OUT_OF_RANGE = "Numerical result out of range";
const INVALID = "Invalid operation.  Possibly wrong module version, address not unicast, ...";

/** The fault of a command line without a command, as popt(3) finds it. */
export const TRY_HELP = failure(
  "TRY_HELP",
  "Try `ipvsadm -h' or 'ipvsadm --help' for more information.",
);

/** What ipvsadm says to the faults of state/rules.ts: its texts of the kernel's errno values. */
const KERNEL_TEXTS: Readonly<Record<string, string>> = {
  SERVICE_EXISTS: "Service already exists",
  NO_SUCH_SERVICE: "No such service",
  SERVER_EXISTS: "Destination already exists",
  NO_SUCH_SERVER: "No such destination",
  NO_SUCH_SCHEDULER: NOT_FOUND,
  NO_SUCH_ENGINE: NOT_FOUND,
  BAD_WEIGHT: OUT_OF_RANGE,
  BAD_THRESHOLDS: OUT_OF_RANGE,
  NOT_UNICAST: INVALID,
  FAMILY_MISMATCH: INVALID,
  NO_TUNNEL_PORT: INVALID,
  ZERO_PORT: INVALID,
  BAD_MASK: INVALID,
};

const SERVER_OPERATIONS: readonly Operation["kind"][] = [
  "add-server",
  "edit-server",
  "delete-server",
];

/**
 * How ipvsadm ends when an operation was refused. Faults that IPVS does not know speak for
 * themselves.
 */
export function endingOfOperation(kind: Operation["kind"], fault: Fault): Ending {
  if (fault.code === "NO_SUCH_SERVICE" && SERVER_OPERATIONS.includes(kind)) {
    return { text: "Service not defined", status: EXIT.refused };
  }
  const text = KERNEL_TEXTS[fault.code];
  return text === undefined ? endingOfDaemon(fault) : { text, status: EXIT.refused };
}

/** How it ends when the daemon could not answer, or does not support what was asked. */
export function endingOfDaemon(fault: Fault): Ending {
  return { text: `ipvsadm: ${describeFault(fault)}`, status: EXIT.failed };
}

/** How it ends when the command line is wrong. */
export function endingOfUsage(fault: Fault): Ending {
  return { text: fault.message, status: fault.code === "USAGE" ? EXIT.usage : EXIT.refused };
}
