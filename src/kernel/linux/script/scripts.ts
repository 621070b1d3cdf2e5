import { type ChildProcess, spawn } from "node:child_process";
import { failure, type Result, success } from "../../../base/fault.ts";
import type { Script } from "../../../base/script.ts";
import type { ScriptEnd, ScriptSettings, Scripts } from "../../scripts.ts";
import { Owners } from "./owner.ts";
import { FOLDERS, type Program, programOf } from "./program.ts";

/** Between the request to end and the end. */
const GRACE_MS = 1000;
const AT_ONCE = 64;
const WAITING_MAX = 4096;

/** Runs the programs of a configuration, without a shell and each in a process group of its own. */
export class LinuxScripts implements Scripts {
  readonly #settings: ScriptSettings;
  readonly #atOnce: number;
  readonly #owners = new Owners();
  readonly #waiting: (() => void)[] = [];
  /** Those that have a time limit, and so no business of their own beyond ours. */
  readonly #limited = new Set<ChildProcess>();
  #running = 0;

  constructor(settings: ScriptSettings, atOnce = AT_ONCE) {
    this.#settings = settings;
    this.#atOnce = atOnce;
  }

  check(script: Script): Result<void> {
    const program = programOf(script, this.#settings, this.#owners);
    return program.ok ? success(undefined) : program;
  }

  async run(script: Script, timeout?: number): Promise<Result<ScriptEnd>> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= WAITING_MAX) return busy(script);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    // As it lies there now: who checked it when the configuration was read knows no more than that.
    const program = programOf(script, this.#settings, this.#owners);
    if (!program.ok) {
      this.#leave();
      return program;
    }
    return this.#start(program.value, timeout);
  }

  /** Ends what runs under a time limit; a program that is told of an event goes on. */
  close(): void {
    for (const child of this.#limited) signalGroup(child, "SIGTERM");
  }

  #start(program: Program, timeout: number | undefined): Promise<Result<ScriptEnd>> {
    return new Promise((resolve) => {
      const refuse = (error: unknown) => {
        this.#leave();
        const because = error instanceof Error ? error.message : String(error);
        resolve(failure("SCRIPT_REFUSED", `Cannot start "${program.file}": ${because}`));
      };
      let child: ChildProcess;
      try {
        child = startProgram(program);
      } catch (error) {
        // Node throws what it does not expect of execve(2), such as E2BIG.
        return refuse(error);
      }
      const limit = timeout === undefined ? undefined : this.#limit(child, timeout);
      child.once("error", (error) => {
        limit?.clear();
        refuse(error);
      });
      child.once("exit", (code, signal) => {
        limit?.clear();
        this.#leave();
        if (limit?.passed() === true) resolve(success({ kind: "timeout" }));
        else if (signal !== null) resolve(success({ kind: "signal", signal }));
        else resolve(success({ kind: "exit", status: code ?? 0 }));
      });
    });
  }

  #limit(child: ChildProcess, timeout: number): { clear(): void; passed(): boolean } {
    let passed = false;
    this.#limited.add(child);
    let timer = setTimeout(() => {
      passed = true;
      signalGroup(child, "SIGTERM");
      timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
    }, timeout / 1000);
    return {
      clear: () => {
        clearTimeout(timer);
        this.#limited.delete(child);
        // Its first process has ended; those that it has started have had their chance too.
        if (passed) signalGroup(child, "SIGKILL");
      },
      passed: () => passed,
    };
  }

  /** Its place goes to the one that has waited longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}

/** With an environment that does not depend on who started the daemon. */
function startProgram({ file, args, owner }: Program): ChildProcess {
  return spawn(file, args, {
    uid: owner.uid,
    gid: owner.gid,
    cwd: "/",
    detached: true,
    stdio: "ignore",
    env: {
      PATH: FOLDERS.join(":"),
      HOME: owner.home,
      USER: owner.name,
      LOGNAME: owner.name,
      LANG: "C.UTF-8",
    },
  });
}

function busy({ words }: Script) {
  const message = `"${words[0] ?? ""}" is not run: ${WAITING_MAX} programs wait for their turn`;
  return failure("SCRIPTS_BUSY", message, "see which of them hangs, and give it a timeout");
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // The group is gone already.
  }
}
