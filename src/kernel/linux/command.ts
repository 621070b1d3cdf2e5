import { type ChildProcess, execFile, spawn } from "node:child_process";
import { accessSync, constants as fileConstants } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { type Fault, failure, type Result, success } from "../../base/fault.ts";

export interface CommandOptions {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until the command is ended and COMMAND_FAILED answered; 60,000 unless told. */
  readonly timeout?: number;
}

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/**
 * Runs a command to its end and answers what it wrote to its standard output. No shell is involved:
 * every argument reaches the command as it stands.
 *
 * Faults: COMMAND_MISSING where there is no such program; COMMAND_FAILED where it ended with
 * another status than 0, its message holding the command and what it wrote to its standard error.
 */
export function run(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Result<string>> {
  const settings = {
    env: { ...process.env, ...options.env },
    maxBuffer: OUTPUT_BYTES_MAX,
    timeout: options.timeout ?? TIMEOUT_MS,
    killSignal: "SIGKILL",
  } as const;
  return new Promise((resolve) => {
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error === null) return resolve(success(stdout));
      if (error.code === "ENOENT") return resolve(missing(program));
      const said = stderr.trim() || stdout.trim() || error.message;
      resolve(failure("COMMAND_FAILED", `"${[program, ...args].join(" ")}" failed: ${said}`));
    });
  });
}

/** Runs commands one after the other and stops at the first that fails. */
export async function runEach(
  commands: Iterable<readonly [program: string, ...args: string[]]>,
): Promise<Result<void>> {
  for (const [program, ...args] of commands) {
    const done = await run(program, args);
    if (!done.ok) return done;
  }
  return success(undefined);
}

/** Signals that end a command in the foreground reach it through its parent. */
const PASSED_ON = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;

/**
 * Runs a command on this terminal and answers its exit code: 128 + n where signal n ended it, as
 * shells have it.
 *
 * Faults: COMMAND_MISSING.
 */
export function runInForeground(
  program: string,
  args: readonly string[],
  options: Pick<CommandOptions, "env"> = {},
): Promise<Result<number>> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...options.env };
    const child: ChildProcess = spawn(program, args, { stdio: "inherit", env });
    const passOn = (signal: NodeJS.Signals) => {
      // The terminal has sent SIGINT and SIGQUIT to the whole foreground group already.
      if (process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT")) return;
      child.kill(signal);
    };
    for (const signal of PASSED_ON) process.on(signal, passOn);
    const settle = (result: Result<number>) => {
      for (const signal of PASSED_ON) process.off(signal, passOn);
      resolve(result);
    };
    child.once("error", () => settle(missing(program)));
    child.once("exit", (code, signal) => {
      settle(success(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  });
}

/** Which Debian package brings a program, for the programs that Weir calls. */
const PACKAGES: Readonly<Record<string, string>> = {
  ip: "iproute2",
  ss: "iproute2",
  ethtool: "ethtool",
  nsenter: "util-linux",
  prlimit: "util-linux",
  sysctl: "procps",
  curl: "curl",
  clang: "clang",
  tcpdump: "tcpdump",
};

/**
 * Looks for programs in the folders of PATH, before anything is begun that needs them.
 *
 * Faults: COMMAND_MISSING, naming the first that is not there.
 */
export function findPrograms(programs: readonly string[]): Result<void> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const absent = programs.find((program) =>
    folders.every((folder) => !isExecutable(join(folder, program))),
  );
  return absent === undefined ? success(undefined) : missing(absent);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, fileConstants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function missing(program: string): { ok: false; fault: Fault } {
  const package_ = PACKAGES[program];
  const fix = package_ === undefined ? undefined : `install it with "apt-get install ${package_}"`;
  return failure("COMMAND_MISSING", `The program "${program}" is not installed`, fix);
}
