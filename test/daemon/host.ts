import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { appliedPath } from "../../src/daemon/api/socket-path.ts";
import { removePins } from "../../src/kernel/linux/data-path-loader.ts";

const WEIR = new URL("../../weir", import.meta.url).pathname;
const IPVSADM = new URL("../../bin/ipvsadm", import.meta.url).pathname;
const START_MS = 15_000;

let hosts = 0;

export interface RunningDaemon {
  readonly pid: number;
  log(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/**
 * A network namespace with one veth pair: `eth0` 10.9.0.1/24 is where the director works, `peer0`
 * its other end. The daemons that a test starts in it go with it.
 *
 *     eth0 10.9.0.1 ═══ peer0     (both in one namespace, host of the test)
 */
class TestHost {
  readonly name = `weir-daemon-${process.pid}-${++hosts}`;
  readonly netns = `/run/netns/${this.name}`;
  readonly #daemons: RunningDaemon[] = [];
  #removed: Promise<void> | undefined;

  constructor() {
    const { name } = this;
    ip("netns", "add", name);
    ip("-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", "peer0");
    ip("-n", name, "addr", "add", "10.9.0.1/24", "dev", "eth0");
    for (const link of ["lo", "eth0", "peer0"]) ip("-n", name, "link", "set", link, "up");
  }

  ip(...args: string[]): void {
    ip("-n", this.name, ...args);
  }

  show(...args: string[]): string {
    return execFileSync("ip", ["-n", this.name, ...args], { encoding: "utf8" });
  }

  get socket(): string {
    return `/run/weir/${this.name}.sock`;
  }

  /** Runs `weir daemon` to its end: for starts that must fail. */
  refused(...args: string[]): SpawnSyncReturns<string> {
    return spawnSync(WEIR, ["daemon", ...args], { encoding: "utf8", timeout: START_MS });
  }

  async start(...more: string[]): Promise<RunningDaemon> {
    const where = ["--name", this.name, "--netns", this.netns, "--connections", "4096"];
    const child = spawn(WEIR, ["daemon", ...where, "--interface", "eth0", ...more], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    child.stderr.on("data", (part) => {
      log += part;
    });
    const ended = once(child, "exit");
    const running: RunningDaemon = {
      pid: child.pid!,
      log: () => log,
      kill: async (signal) => {
        if (child.exitCode === null && child.signalCode === null) child.kill(signal);
        await ended;
      },
    };
    this.#daemons.push(running);
    for (const until = Date.now() + START_MS; !log.includes("listens at"); await sleep(20)) {
      if (child.exitCode !== null || Date.now() > until) throw new Error(`no daemon: ${log}`);
    }
    return running;
  }

  ipvsadm(args: readonly string[], input = ""): SpawnSyncReturns<string> {
    return this.#run(IPVSADM, args, input);
  }

  /** `weir settings …`, `weir mark …`: words with blanks between. */
  weir(command: string, input = ""): SpawnSyncReturns<string> {
    return this.#run(WEIR, command.split(" "), input);
  }

  #run(program: string, args: readonly string[], input: string): SpawnSyncReturns<string> {
    const env = { ...process.env, WEIR_NAME: this.name };
    return spawnSync(program, args, {
      env,
      input,
      encoding: "utf8",
      timeout: 60_000,
      maxBuffer: 16 << 20,
    });
  }

  remove(): Promise<void> {
    this.#removed ??= this.#remove();
    return this.#removed;
  }

  async #remove(): Promise<void> {
    for (const daemon of this.#daemons) await daemon.kill("SIGKILL");
    removePins(this.name);
    for (const path of [this.socket, appliedPath(this.name)]) rmSync(path, { force: true });
    if (existsSync(this.netns)) ip("netns", "del", this.name);
  }
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs a test on a host of its own, which is gone afterwards whatever happened. */
export async function onHost(body: (host: TestHost) => Promise<void>): Promise<void> {
  const host = new TestHost();
  // Whoever is interrupted still leaves nothing behind. A second signal ends nothing sooner: the
  // runner passes on what its whole process group has had already.
  const leave = () => void host.remove().finally(() => process.exit(1));
  for (const signal of SIGNALS) process.on(signal, leave);
  try {
    await body(host);
  } finally {
    for (const signal of SIGNALS) process.off(signal, leave);
    await host.remove();
  }
}
