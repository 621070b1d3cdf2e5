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
/** Of setTimeout(): 24.8 days. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** What ends a program that may not go on for ever. */
interface Limit {
  /** Nobody needs it any more. */
  close(): void;
  /** It has ended. */
  clear(): void;
  /** Whether it had its time. */
  passed(): boolean;
}

/** Runs the programs of a configuration, without a shell and each in a process group of its own. */
export class LinuxScripts implements Scripts {
  #settings: ScriptSettings;
  readonly #atOnce: number;
  readonly #owners = new Owners();
  readonly #waiting: (() => void)[] = [];
  /** Of those that have no business of their own beyond ours. */
  readonly #limits = new Set<Limit>();
  readonly #told = new Set<ChildProcess>();
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

  /** What is not running yet goes by other settings. */
  configure(settings: ScriptSettings): void {
    this.#settings = settings;
  }

  /**
   * Ends what runs under a time limit; one without an end has a second first, to read what it was
   * told last. A program that is told of an event goes on, and this process need not wait for it.
   */
  close(): void {
    for (const limit of this.#limits) limit.close();
    for (const child of this.#told) child.unref();
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
      if (limit === undefined) this.#told.add(child);
      const clear = () => {
        limit?.clear();
        this.#told.delete(child);
      };
      child.once("error", (error) => {
        clear();
        refuse(error);
      });
      child.once("exit", (code, signal) => {
        clear();
        this.#leave();
        if (limit?.passed() === true) resolve(success({ kind: "timeout" }));
        else if (signal !== null) resolve(success({ kind: "signal", signal }));
        else resolve(success({ kind: "exit", status: code ?? 0 }));
      });
    });
  }

  #limit(child: ChildProcess, timeout: number): Limit {
    let [passed, ending] = [false, false];
    const end = () => {
      ending = true;
      signalGroup(child, "SIGTERM");
      clearTimeout(timer);
      timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
    };
    const pass = () => {
      passed = true;
      end();
    };
    // A timer of Node's that is set for longer than it can count rings at once.
    const ms = timeout / 1000;
    let timer = ms > TIMER_MAX_MS ? undefined : setTimeout(pass, ms);
    const limit = {
      close: () => {
        if (timeout !== Number.POSITIVE_INFINITY) return end();
        clearTimeout(timer);
        timer = setTimeout(end, GRACE_MS);
      },
      clear: () => {
        clearTimeout(timer);
        this.#limits.delete(limit);
        // Its first process has ended; those that it has started have had their chance too.
        if (ending) signalGroup(child, "SIGKILL");
      },
      passed: () => passed,
    };
    this.#limits.add(limit);
    return limit;
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
