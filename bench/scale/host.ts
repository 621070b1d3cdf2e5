import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { WEIR } from "../../src/cli/lab/names.ts";
import { DirectorClient } from "../../src/daemon/api/client.ts";
import { SOCKET_FOLDER } from "../../src/daemon/api/socket-path.ts";
import { run, runEach } from "../../src/kernel/linux/command.ts";
import { removePins } from "../../src/kernel/linux/data-path-loader.ts";
import { isRunning, type ProcessId, startDetached, stop } from "../../src/kernel/linux/process.ts";
import { HOSTS, hostAddress, OWN_ADDRESS, VIP_NETWORK } from "./rules.ts";

const START_MS = 15_000;
const PATIENCE_MS = 5_000;
const POLL_MS = 20;
const CONNECTIONS = "65536";

/**
 * A network namespace in which a director finds all it asks for: every VIP is local, every real
 * server is a neighbour that answers.
 *
 *     eth0 10.1.0.1 ═══ peer0     (both in one namespace)
 */
export class ScaleHost {
  readonly name = `weir-scale-${process.pid}`;
  readonly client = new DirectorClient(`${SOCKET_FOLDER}/${this.name}.sock`);
  readonly #folder: string;
  #daemon: ProcessId | undefined;

  /** `folder`: for the daemon's log. Faults: COMMAND_MISSING, COMMAND_FAILED. */
  static async build(folder: string): Promise<Result<ScaleHost>> {
    const host = new ScaleHost(folder);
    const made = await host.#make();
    if (made.ok) return success(host);
    await host.takeDown();
    return made;
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A daemon with tables of the default sizes, and nothing in them.
   *
   * Faults: PROCESS_REFUSED, NOT_READY.
   */
  async begin(): Promise<Result<void>> {
    const args = ["daemon", "--name", this.name, "--netns", `/run/netns/${this.name}`];
    const options = ["--interface", "eth0", "--reset", "--connections", CONNECTIONS];
    const log = `${this.#folder}/daemon.log`;
    const started = await startDetached(WEIR, [...args, ...options], log);
    if (!started.ok) return started;
    this.#daemon = started.value;
    for (let waited = 0; waited < START_MS; waited += POLL_MS) {
      if ((await this.client.status()).ok) return success(undefined);
      if (!isRunning(started.value)) break;
      await sleep(POLL_MS);
    }
    const said = readFileSync(log, "utf8").trim().slice(0, 1000);
    return failure("NOT_READY", `The daemon of the bench does not answer, but says: ${said}`);
  }

  async end(): Promise<void> {
    if (this.#daemon !== undefined) await stop(this.#daemon, PATIENCE_MS);
    this.#daemon = undefined;
    removePins(this.name);
    rmSync(`${SOCKET_FOLDER}/${this.name}.sock`, { force: true });
  }

  async takeDown(): Promise<void> {
    await this.end();
    await run("ip", ["netns", "del", this.name]);
  }

  async #make(): Promise<Result<void>> {
    const inside = ["ip", "-n", this.name] as const;
    const up = ["lo", "eth0", "peer0"].map(
      (link) => [...inside, "link", "set", link, "up"] as const,
    );
    const made = await runEach([
      ["ip", "netns", "add", this.name],
      [...inside, "link", "add", "eth0", "type", "veth", "peer", "name", "peer0"],
      [...inside, "addr", "add", OWN_ADDRESS, "dev", "eth0"],
      ...up,
      [...inside, "route", "add", "local", VIP_NETWORK, "dev", "lo"],
    ]);
    if (!made.ok) return made;
    const file = `${this.#folder}/neighbours`;
    writeFileSync(file, Array.from({ length: HOSTS }, neighbourLine).join(""));
    return runEach([[...inside, "-batch", file]]);
  }
}

function neighbourLine(_: unknown, n: number): string {
  const mac = `02:00:00:00:01:${n.toString(16).padStart(2, "0")}`;
  return `neigh replace ${hostAddress(n)} lladdr ${mac} dev eth0 nud permanent\n`;
}
