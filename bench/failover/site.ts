import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { takeLabDown } from "../../src/cli/lab/down.ts";
import { namespaceOf, socketPath } from "../../src/cli/lab/names.ts";
import { type LabRecord, processOf } from "../../src/cli/lab/record.ts";
import { findTopology, type Topology } from "../../src/cli/lab/topology.ts";
import { bringLabUp } from "../../src/cli/lab/up.ts";
import { DirectorClient } from "../../src/daemon/api/client.ts";
import { run } from "../../src/kernel/linux/command.ts";
import { configuration, type Event, type FailoverCase } from "./settings.ts";

const [MASTER, BACKUP] = ["node01", "node04"] as const;
const READY_MS = 20_000;
const POLL_MS = 50;

/** The lab "ha" with the election of a case. */
export class FailoverSite {
  readonly topology: Topology;
  readonly #lab = `failover-${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), "weir-failover-"));
  #record: LabRecord | undefined;

  /** The master holds the address. Faults: those of bringLabUp() and NOT_READY. */
  static async build(each: FailoverCase, interrupted: AbortSignal): Promise<Result<FailoverSite>> {
    const topology = findTopology("ha", { ipv6: false, tunnel: undefined });
    if (!topology.ok) return topology;
    const site = new FailoverSite(topology.value);
    const made = await site.#make(each, interrupted);
    if (made.ok) return success(site);
    await site.takeDown();
    return made;
  }

  private constructor(topology: Topology) {
    this.topology = topology;
  }

  get client(): string {
    return namespaceOf(this.#lab, "client");
  }

  async takeDown(): Promise<void> {
    await takeLabDown(this.#lab);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Lets it happen to the master. Faults: COMMAND_FAILED. */
  async cause(event: Event): Promise<Result<void>> {
    if (event === "link down" || event === "its return") {
      const state = event === "link down" ? "down" : "up";
      const link = ["-n", namespaceOf(this.#lab, MASTER), "link", "set", "eth0", state];
      const set = await run("ip", link);
      return set.ok ? success(undefined) : set;
    }
    const { pid } = processOf(this.#record!, MASTER, "daemon")!;
    process.kill(pid, event === "SIGTERM" ? "SIGTERM" : "SIGKILL");
    return success(undefined);
  }

  /** Faults: NOT_READY where the address is not with who should have it after the event. */
  async untilMoved(event: Event): Promise<Result<void>> {
    const holder = event === "its return" ? MASTER : BACKUP;
    return this.#untilHeldBy(holder);
  }

  async #make(each: FailoverCase, interrupted: AbortSignal): Promise<Result<void>> {
    const file = join(this.#folder, "keepalived.conf");
    writeFileSync(file, configuration(each, this.topology), { mode: 0o600 });
    const up = await bringLabUp(this.topology, this.#lab, () => {}, interrupted, file);
    if (!up.ok) return up;
    this.#record = up.value;
    return this.#untilHeldBy(MASTER);
  }

  async #untilHeldBy(host: string): Promise<Result<void>> {
    const client = new DirectorClient(socketPath(this.#lab, host));
    for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
      const instances = await client.instances();
      if (instances.ok && instances.value.every(({ holding }) => holding)) {
        return success(undefined);
      }
      await sleep(POLL_MS);
    }
    return failure("NOT_READY", `${host} of the bench's lab does not hold the address`);
  }
}
