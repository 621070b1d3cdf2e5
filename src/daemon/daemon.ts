import type { Logger } from "pino";
import { describeFault, type Result, success } from "../base/fault.ts";
import type { Dimensions } from "../datapath/layout.ts";
import type { DataPath, Kernel, Network } from "../kernel/kernel.ts";
import type { Status } from "./api/schema.ts";
import { checkNotServed, serveApi } from "./api/server.ts";
import { UNCONFIGURED } from "./availability.ts";
import { LocalConfiguration } from "./configuration.ts";
import { type ConfiguredGround, goByFile, startConfigured } from "./configured.ts";
import { LocalDirector } from "./director.ts";
import { Interfaces } from "./interfaces.ts";
import { NatReplies } from "./nat-replies.ts";
import { SWEEP_INTERVAL_MS } from "./sweeper.ts";

const ESTIMATION_INTERVAL_MS = 2000;

/** How often the kernel's collectors of lblc and lblcr come by, and what does their work here. */
const UPKEEP_INTERVAL_MS = 60_000;

/** How often neighbours that did not answer are asked for again. */
const NETWORK_INTERVAL_MS = 3000;

export interface DaemonOptions {
  readonly name: string;
  readonly socket: string;
  /** Interfaces to run on; none for every Ethernet interface that is up and has an address. */
  readonly interfaces: readonly string[];
  readonly dimensions: Dimensions;
  /** By which file it goes, if it goes by one. */
  readonly configured?: ConfiguredGround;
  /** Told of an error that no code foresaw, after the client that met it. */
  broken(error: Error): void;
}

export interface Daemon {
  /**
   * Stops serving; the program and its tables stay in the kernel, and packets flow on. Virtual
   * addresses that were elected go to another director first.
   */
  stop(): Promise<void>;
  /** SIGHUP: reads the configuration file again. */
  reload(): Promise<void>;
}

/**
 * Composition: the kernel, the director, the timers, the API. Nothing new is left when it fails.
 */
export async function startDaemon(
  kernel: Kernel,
  options: DaemonOptions,
  log: Logger,
): Promise<Result<Daemon>> {
  const free = await checkNotServed(options.socket);
  if (!free.ok) return free;
  const { name, dimensions } = options;
  const loaded = kernel.dataPath.load({ name, dimensions });
  if (!loaded.ok) return loaded;
  const dataPath = loaded.value;
  const director = new LocalDirector(dataPath, kernel.network, kernel.clock);
  const interfaces = new Interfaces(dataPath, director.view, options.interfaces);
  const attached = interfaces.attachAll(kernel.network.state);
  if (!attached.ok) return undo(dataPath, attached);
  const configuration = new LocalConfiguration(director.view, kernel.network);
  const status = () => readStatus(name, director, kernel.network);
  const ground = options.configured;
  const configured = ground && (await startConfigured(ground, director, kernel.network, log));
  if (configured?.ok === false) return undo(dataPath, configured);
  const availability = configured?.value.availability ?? UNCONFIGURED;
  const served = { director, configuration, availability, status, broken: options.broken };
  const api = await serveApi(options.socket, served);
  if (!api.ok) {
    await configured?.value.stop();
    return undo(dataPath, api);
  }
  const gone = configured && (await goByFile(configured.value));
  if (gone?.ok === false) {
    await api.value.close();
    return undo(dataPath, gone);
  }

  // Nobody is elected without a file; what an earlier daemon's held ends with its leases.
  const endElections = () => {
    if (configured === undefined) director.assignLeases([]);
  };
  endElections();
  const ending = setInterval(endElections, NETWORK_INTERVAL_MS);
  kernel.network.onChange(() => {
    for (const fault of interfaces.follow(kernel.network.state)) {
      log.error({ code: fault.code }, describeFault(fault));
    }
    director.networkTurn();
    configuration.networkTurn();
    configured?.value.availability.networkTurn(kernel.network.state.addresses);
  });
  const replies = new NatReplies(director.view, kernel.routing);
  const admit = () => {
    for (const fault of replies.turn(() => attachedNames(dataPath, kernel.network))) {
      log.warn({ code: fault.code }, describeFault(fault));
    }
  };
  const timers = [...startTimers(director, log), ending, setInterval(admit, SWEEP_INTERVAL_MS)];
  report(status(), options, log);
  return success({
    async stop() {
      await configured?.value.stop();
      for (const timer of timers) clearInterval(timer);
      await api.value.close();
      kernel.network.close();
      dataPath.close();
    },
    async reload() {
      await availability.reload();
    },
  });
}

/** What this start has made goes again; what an earlier daemon left running stays as it was. */
function undo<T>(dataPath: DataPath, fault: Result<T> & { ok: false }): Result<never> {
  if (dataPath.resumed) dataPath.close();
  else dataPath.unload();
  return fault;
}

function startTimers(director: LocalDirector, log: Logger): NodeJS.Timeout[] {
  const sweep = () => {
    const fault = director.sweepTurn();
    if (fault !== undefined) log.error({ code: fault.code }, describeFault(fault));
  };
  return [
    setInterval(sweep, SWEEP_INTERVAL_MS),
    setInterval(() => director.estimationTurn(), ESTIMATION_INTERVAL_MS),
    setInterval(() => director.networkTurn(), NETWORK_INTERVAL_MS),
    setInterval(() => director.upkeepTurn(), UPKEEP_INTERVAL_MS),
  ];
}

function attachedNames(dataPath: DataPath, network: Network): string[] {
  return dataPath.attachments().flatMap(({ link }) => network.state.links.get(link)?.name ?? []);
}

function readStatus(name: string, director: LocalDirector, network: Network): Status {
  const { resumed, attachments, connections, reasons } = director.status();
  return {
    name,
    pid: process.pid,
    resumed,
    interfaces: attachments.map(({ link, mode, because }) => ({
      name: network.state.links.get(link)?.name ?? `interface ${link}`,
      mode,
      ...(because === undefined ? {} : { because }),
    })),
    connections,
    reasons: Object.fromEntries([...reasons].map(([reason, count]) => [reason, String(count)])),
  };
}

function report(status: Status, options: DaemonOptions, log: Logger): void {
  for (const { name, mode, because } of status.interfaces) {
    if (mode === "native") log.info(`XDP runs on ${name} in native mode`);
    else log.warn(`XDP runs on ${name} in generic mode, which is slow, because ${because}`);
  }
  const taken = status.resumed ? "took up the tables of the daemon before it" : "made new tables";
  log.info(`Daemon "${options.name}" ${taken} and listens at ${options.socket}`);
}
