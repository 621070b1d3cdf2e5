import { resolve } from "node:path";
import { Command } from "commander";
import type { Logger } from "pino";
import { describeFault, type Fault, type Result } from "../../base/fault.ts";
import { checkNotServed } from "../../daemon/api/server.ts";
import { DEFAULT_NAME, socketPath } from "../../daemon/api/socket-path.ts";
import { startDaemon } from "../../daemon/daemon.ts";
import { DEFAULT_SIZES, dimensionsOf } from "../../daemon/dimensions.ts";
import { addon } from "../../kernel/linux/addon.ts";
import { PinFolder } from "../../kernel/linux/bpffs.ts";
import { removePins } from "../../kernel/linux/data-path-loader.ts";
import { linuxKernel } from "../../kernel/linux/kernel.ts";
import { enterNetworkNamespace } from "../../kernel/linux/namespace.ts";
import { removeAppliedFile } from "./applied-file.ts";
import { configuredGround } from "./configured-ground.ts";
import { daemonLog } from "./log.ts";

/** EX_SOFTWARE of sysexits.h. */
const EX_SOFTWARE = 70;

interface Options {
  readonly name: string;
  readonly interface: string[];
  readonly config?: string;
  readonly configId?: string;
  readonly netns?: string;
  readonly connections: string;
  readonly services: string;
  readonly servers: string;
  readonly remove?: boolean;
  readonly reset?: boolean;
}

const EXAMPLES = `
Examples:
  weir daemon --interface eth0
  weir daemon --name lab --netns /run/netns/director --interface eth0 --connections 65536
`;

export function daemonCommand(): Command {
  return new Command("daemon")
    .description("run a director: load the data path and serve its API until SIGTERM")
    .option("--name <name>", "tells several daemons of one machine apart", DEFAULT_NAME)
    .option("--interface <name>", "run on this interface (again for more)", collect, [])
    .option("--config <file>", "go by this keepalived.conf: elections, virtual servers, checks")
    .option("--config-id <id>", "which lines @id of it are for (default: the host's short name)")
    .option("--netns <path>", "enter this network namespace first")
    .option("--connections <n>", "room for connections", String(DEFAULT_SIZES.connections))
    .option("--services <n>", "room for virtual services", String(DEFAULT_SIZES.services))
    .option("--servers <n>", "room for real servers", String(DEFAULT_SIZES.servers))
    .option("--remove", "take a stopped director away: packets go to the kernel again, and end")
    .option("--reset", "forget the tables of the daemon before: rules and connections go")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      const fault = await run(options);
      if (fault === undefined) return;
      process.stderr.write(`weir daemon: ${describeFault(fault)}\n`);
      // Not process.exit(): it waits for a compiler thread that may wait for this one to collect
      // garbage, which tables of many megabytes bring about.
      process.exitCode = 1;
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

async function run(options: Options): Promise<Fault | undefined> {
  const socket = socketPath(options.name);
  if (!socket.ok) return socket.fault;
  if (options.remove) return remove(options.name, socket.value);
  const pins = PinFolder.of(options.name);
  if (!pins.ok) return pins.fault;
  const native = addon();
  if (!native.ok) return native.fault;
  const dimensions = dimensionsOf(sizesOf(options), native.value.possibleCpus());
  if (!dimensions.ok) return dimensions.fault;
  if (options.netns !== undefined) {
    const entered = enterNetworkNamespace(options.netns);
    if (!entered.ok) return entered.fault;
  }
  if (options.reset) {
    const removed = forget(options.name);
    if (!removed.ok) return removed.fault;
  }
  const kernel = linuxKernel();
  if (!kernel.ok) return kernel.fault;
  const log = daemonLog();
  process.on("uncaughtException", (error) => stopBroken(error, log));
  const started = await startDaemon(
    kernel.value,
    {
      name: options.name,
      socket: socket.value,
      interfaces: options.interface,
      dimensions: dimensions.value,
      ...(options.config === undefined
        ? {}
        : {
            configured: configuredGround({
              name: options.name,
              native: native.value,
              path: resolve(options.config),
              leases: pins.value.pathOf("leases"),
              ...(options.configId === undefined ? {} : { id: options.configId }),
              log,
              broken: (error) => stopBroken(error, log),
            }),
          }),
      broken: (error) => stopBroken(error, log),
    },
    log,
  );
  if (!started.ok) {
    kernel.value.network.close();
    return started.fault;
  }
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => started.value.stop());
  }
  process.on("SIGHUP", () => void started.value.reload());
  return undefined;
}

/**
 * A broken invariant ends the process, with the answer to who asked still sent: the next daemon
 * observes the tables and goes on from there, while the packets never stopped.
 */
function stopBroken(error: Error, log: Logger): void {
  log.fatal(error, "The daemon stops at what should not be; packets flow on");
  setTimeout(() => process.exit(EX_SOFTWARE), 100);
}

async function remove(name: string, socket: string): Promise<Fault | undefined> {
  const free = await checkNotServed(socket);
  const removed = free.ok ? forget(name) : free;
  return removed.ok ? undefined : removed.fault;
}

/** Tables, and what was written into them. Faults: NAME_INVALID. */
function forget(name: string): Result<void> {
  const removed = removePins(name);
  if (removed.ok) removeAppliedFile(name);
  return removed;
}

function sizesOf(options: Options) {
  return {
    connections: Number(options.connections),
    services: Number(options.services),
    servers: Number(options.servers),
  };
}
