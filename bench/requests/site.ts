import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { takeLabDown } from "../../src/cli/lab/down.ts";
import { enter } from "../../src/cli/lab/enter.ts";
import type { LabHost } from "../../src/cli/lab/host.ts";
import { addRules, addVip, startDaemon } from "../../src/cli/lab/hosts.ts";
import { daemonName, WEIR } from "../../src/cli/lab/names.ts";
import { buildNetwork } from "../../src/cli/lab/network.ts";
import { type LabRecord, processOf, readLab, writeLab } from "../../src/cli/lab/record.ts";
import { hostsOf, TOPOLOGIES } from "../../src/cli/lab/topology.ts";
import { run, runEach } from "../../src/kernel/linux/command.ts";
import { removePins } from "../../src/kernel/linux/data-path-loader.ts";
import { type ProcessId, startDetached, stop } from "../../src/kernel/linux/process.ts";
import { haproxyProxy, nginxProxy, type ProgramPlan, webServer } from "./programs.ts";

const TOPOLOGY = TOPOLOGIES.get("dr")!;
const DIRECTOR = hostsOf(TOPOLOGY, "director")[0]!;
const SERVERS = hostsOf(TOPOLOGY, "real server");
const NGINX_PORT = 8001;
const HAPROXY_PORT = 8002;

const PATIENCE_MS = 5_000;
const READY_MS = 10_000;
const POLL_MS = 50;

/** Who stands between the client and the real servers. */
export type Balancer = "direct" | "weir" | "nginx" | "haproxy";
export const BALANCERS: readonly Balancer[] = ["direct", "weir", "nginx", "haproxy"];

export function urlOf(balancer: Balancer): string {
  const ends: Record<Balancer, string> = {
    direct: `${SERVERS[0]!.address}:${TOPOLOGY.port}`,
    weir: `${TOPOLOGY.vip}:${TOPOLOGY.port}`,
    nginx: `${DIRECTOR.address}:${NGINX_PORT}`,
    haproxy: `${DIRECTOR.address}:${HAPROXY_PORT}`,
  };
  return `http://${ends[balancer]}/`;
}

/** The lab "dr" with fast web servers, and the proxies on the director's host beside Weir. */
export class Site {
  readonly lab: string;
  readonly #folder: string;
  readonly #servers: ProcessId[] = [];
  readonly #proxies = new Map<Balancer, ProcessId>();

  /** Faults: LAB_UP, and those of the lab's parts; nothing is left then. */
  static async build(): Promise<Result<Site>> {
    const lab = `bench-${process.pid}`;
    if (readLab(lab) !== undefined) return failure("LAB_UP", `The lab "${lab}" is up already`);
    const site = new Site(lab);
    const made = await site.#make();
    if (made.ok) return success(site);
    await site.takeDown();
    return made;
  }

  private constructor(lab: string) {
    this.lab = lab;
    this.#folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
  }

  /**
   * Brings a balancer to where it takes requests. Weir's program is on the director's interface
   * only while it is Weir's turn, so that the proxies' packets need not pass it.
   */
  async begin(balancer: Balancer): Promise<Result<void>> {
    if (balancer === "weir") {
      const record = readLab(this.lab);
      if (record === undefined) return failure("LAB_DOWN", `The lab "${this.lab}" is gone`);
      const started = await startDaemon(record, DIRECTOR.name);
      if (!started.ok) return started;
      const ruled = await addRules(this.lab, DIRECTOR, TOPOLOGY);
      if (!ruled.ok) return ruled;
    }
    return this.#untilAnswers(urlOf(balancer));
  }

  async end(balancer: Balancer): Promise<void> {
    if (balancer !== "weir") return;
    for (const daemon of this.processesOf("weir")) await stop(daemon, PATIENCE_MS);
    removePins(daemonName(this.lab, DIRECTOR.name));
  }

  /** The web servers, which have children. */
  get servers(): readonly ProcessId[] {
    return this.#servers;
  }

  /** The balancer's own process, which may have children; "direct" has none. */
  processesOf(balancer: Balancer): readonly ProcessId[] {
    const record = readLab(this.lab);
    const daemon = record && processOf(record, DIRECTOR.name, "daemon");
    const found = balancer === "weir" ? daemon : this.#proxies.get(balancer);
    return found === undefined ? [] : [found];
  }

  async takeDown(): Promise<Result<string[]>> {
    const removed = await takeLabDown(this.lab);
    rmSync(this.#folder, { recursive: true, force: true });
    return removed;
  }

  async #make(): Promise<Result<void>> {
    const record: LabRecord = { name: this.lab, kind: TOPOLOGY.kind, processes: [] };
    writeLab(record);
    const built = await buildNetwork(this.lab, TOPOLOGY);
    if (!built.ok) return built;
    for (const host of SERVERS) {
      const upstream = { address: host.address, port: TOPOLOGY.port };
      const served = await this.#start(host, webServer(host.name, upstream));
      if (!served.ok) return served;
      this.#servers.push(served.value);
      const up = [WEIR, "real-server", "up", "--vip", TOPOLOGY.vip];
      const silent = await runEach([enter(this.lab, host.name, up)]);
      if (!silent.ok) return silent;
    }
    const upstreams = SERVERS.map(({ address }) => ({ address, port: TOPOLOGY.port }));
    const nginx = await this.#start(DIRECTOR, nginxProxy(NGINX_PORT, upstreams));
    if (!nginx.ok) return nginx;
    this.#proxies.set("nginx", nginx.value);
    const haproxy = await this.#start(DIRECTOR, haproxyProxy(HAPROXY_PORT, upstreams));
    if (!haproxy.ok) return haproxy;
    this.#proxies.set("haproxy", haproxy.value);
    const vip = await addVip(this.lab, DIRECTOR, TOPOLOGY.vip);
    return vip.ok ? this.#widenPorts() : vip;
  }

  async #start(host: LabHost, plan: ProgramPlan): Promise<Result<ProcessId>> {
    writeFileSync(join(this.#folder, plan.file), plan.text);
    const [program, ...args] = enter(this.lab, host.name, plan.command(this.#folder));
    return startDetached(program, args, join(this.#folder, `${plan.file}.log`));
  }

  /** New connections in their ten thousands a second need the ports of those that are over. */
  #widenPorts(): Promise<Result<void>> {
    const range = "net.ipv4.ip_local_port_range=1024 65535";
    const hosts = ["client", DIRECTOR.name];
    return runEach(hosts.map((host) => enter(this.lab, host, ["sysctl", "-q", "-w", range])));
  }

  async #untilAnswers(url: string): Promise<Result<void>> {
    const [program, ...args] = enter(this.lab, "client", [
      "curl",
      "--silent",
      "--fail",
      "--max-time",
      "1",
      url,
    ]);
    let answer: Result<string> = failure("NOT_READY", `Nobody answers at ${url}`);
    for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
      answer = await run(program, args);
      if (answer.ok) return success(undefined);
      await sleep(POLL_MS);
    }
    return answer;
  }
}
