import type { ProcessPattern } from "../tracking.ts";

/** What /proc tells of a process (proc_pid_stat(5), proc_pid_cmdline(5)). */
export interface ProcessNames {
  /** The kernel's name for it. */
  readonly comm: string;
  /** Its command line, read where it is needed. */
  words(): readonly string[];
}

/** The kernel keeps so many bytes of a name, TASK_COMM_LEN without its zero. */
const COMM_MAX = 15;

/** Whether a process is one of those that a pattern means. */
export function matches(pattern: ProcessPattern, process: ProcessNames): boolean {
  const [name = "", ...parameters] = pattern.command;
  // A name with a path can only be that of the command line.
  const whole = pattern.fullCommand || name.includes("/");
  const named = whole ? process.words()[0] === name : process.comm === name.slice(0, COMM_MAX);
  if (!named || pattern.parameters === "ignored") return named;
  const given = process.words().slice(1);
  const last = parameters.length - 1;
  if (pattern.parameters === "exact" && given.length !== parameters.length) return false;
  return parameters.every((parameter, at) =>
    pattern.parameters === "initial" && at === last
      ? given[at]?.startsWith(parameter) === true
      : given[at] === parameter,
  );
}
