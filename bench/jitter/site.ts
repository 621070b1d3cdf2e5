import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { WEIR } from "../../src/cli/lab/names.ts";
import { DirectorClient } from "../../src/daemon/api/client.ts";
import { appliedPath, SOCKET_FOLDER } from "../../src/daemon/api/socket-path.ts";
import { run, runEach } from "../../src/kernel/linux/command.ts";
import { removePins } from "../../src/kernel/linux/data-path-loader.ts";
import { isRunning, type ProcessId, startDetached, stop } from "../../src/kernel/linux/process.ts";
import { end, inNamespace } from "../child.ts";
import { PORT } from "../health/settings.ts";
import {
  configuration,
  DIRECTOR_ADDRESS,
  INTERVALS,
  OUTSIDE_ADDRESS,
  SERVERS_NETWORK,
  SERVICE,
} from "./settings.ts";

const LISTENING = fileURLToPath(new URL("../health/listening.ts", import.meta.url));
const PATIENCE_MS = 5_000;
/** Until every server was found fit for the first time, and every instance is master. */
const READY_MS = 60_000;
const POLL_MS = 200;

/**
 * A director by itself with its servers:
 *
 *     weir-jitter-PID eth0 10.1.0.1 ═══ eth0 10.1.0.2 weir-jitter-PID-out, and 10.2.0.0/16
 */
export class JitterSite {
  readonly director = `weir-jitter-${process.pid}`;
  readonly outside = `${this.director}-out`;
  readonly socket = `${SOCKET_FOLDER}/${this.director}.sock`;
  readonly client = new DirectorClient(this.socket);
  readonly #folder = mkdtempSync(join(tmpdir(), "weir-jitter-"));
  #daemon: ProcessId | undefined;
  #servers: ChildProcess | undefined;

  /**
   * Everything runs: all servers are checked and fit, all instances are master.
   *
   * Faults: COMMAND_MISSING, COMMAND_FAILED, PROCESS_REFUSED, NOT_READY.
   */
  static async build(servers: number): Promise<Result<JitterSite>> {
    const site = new JitterSite();
    const made = await site.#make(servers);
    if (made.ok) return success(site);
    await site.takeDown();
    return made;
  }

  async takeDown(): Promise<void> {
    if (this.#daemon !== undefined) await stop(this.#daemon, PATIENCE_MS);
    removePins(this.director);
    for (const left of [this.socket, appliedPath(this.director)]) rmSync(left, { force: true });
    if (this.#servers !== undefined) await end(this.#servers);
    await run("ip", ["netns", "del", this.director]);
    await run("ip", ["netns", "del", this.outside]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #make(servers: number): Promise<Result<void>> {
    const connected = await this.#connect();
    if (!connected.ok) return connected;
    this.#servers = inNamespace(this.outside, LISTENING);
    const [first] = await once(this.#servers.stdout!, "data");
    if (!String(first).startsWith("listening")) {
      return failure("COMMAND_FAILED", `The servers of the bench said: ${first}`);
    }
    const file = join(this.#folder, "keepalived.conf");
    writeFileSync(file, configuration(servers, PORT), { mode: 0o600 });
    const log = join(this.#folder, "daemon.log");
    const where = ["--netns", `/run/netns/${this.director}`, "--interface", "eth0"];
    const args = ["daemon", "--name", this.director, ...where, "--reset", "--config", file];
    const sizes = ["--connections", "65536", "--servers", String(2 * servers + 16)];
    const started = await startDetached(WEIR, [...args, ...sizes], log);
    if (!started.ok) return started;
    this.#daemon = started.value;
    for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
      if (await this.#isReady(servers)) return success(undefined);
      if (!isRunning(started.value)) break;
      await sleep(POLL_MS);
    }
    const said = readFileSync(log, "utf8").trim().slice(-1000);
    return failure("NOT_READY", `The director of the bench is not ready, and said last: ${said}`);
  }

  async #isReady(servers: number): Promise<boolean> {
    const [listing, instances] = [await this.client.list(), await this.client.instances()];
    if (!listing.ok || !instances.ok) return false;
    const { port, address } = SERVICE;
    const own = listing.value.services.find(
      ({ id }) => id.kind === "address" && id.address === address && id.port === port,
    );
    const holding = instances.value.filter((instance) => instance.holding).length;
    return own?.servers.length === servers && holding === INTERVALS.size;
  }

  #connect(): Promise<Result<void>> {
    const { director, outside } = this;
    const link = ["type", "veth", "peer", "name", "eth0", "netns", outside];
    return runEach([
      ["ip", "netns", "add", director],
      ["ip", "netns", "add", outside],
      ["ip", "-n", director, "link", "add", "eth0", ...link],
      ["ip", "-n", director, "address", "add", `${DIRECTOR_ADDRESS}/24`, "dev", "eth0"],
      ["ip", "-n", outside, "address", "add", `${OUTSIDE_ADDRESS}/24`, "dev", "eth0"],
      ...[director, outside].flatMap((name) => [
        ["ip", "-n", name, "link", "set", "lo", "up"] as const,
        ["ip", "-n", name, "link", "set", "eth0", "up"] as const,
      ]),
      ["ip", "-n", director, "route", "add", SERVERS_NETWORK, "via", OUTSIDE_ADDRESS],
      ["ip", "-n", outside, "route", "add", "local", SERVERS_NETWORK, "dev", "lo"],
    ]);
  }
}
