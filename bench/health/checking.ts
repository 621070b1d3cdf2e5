/**
 * `node checking.ts SERVERS SECONDS`: checks servers for a while and writes what that took as
 * JSON. It is a process of its own, so that its CPU time is that of the checks and nothing else.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describeFault } from "../../src/base/fault.ts";
import { Random } from "../../src/base/random.ts";
import { processClock } from "../../src/daemon/health/clock.ts";
import { LocalHealth } from "../../src/daemon/health/health.ts";
import type { Exchanges } from "../../src/kernel/exchange.ts";
import { addon } from "../../src/kernel/linux/addon.ts";
import { linuxExchanges } from "../../src/kernel/linux/exchange/exchanges.ts";
import { checkedServers } from "./settings.ts";

/** What one process found. */
export interface Checked {
  readonly seconds: number;
  /** CPU time of the process, its system calls included. */
  readonly cpuSeconds: number;
  readonly checks: number;
  /** Connections that were not made. */
  readonly failures: number;
  /** Servers that were fit at the end. */
  readonly fit: number;
}

/** Until all servers are fit: the wait of the start, warmup, and some time for Node to settle. */
const SETTLE_MS = 5000;

async function main([servers, seconds]: readonly number[]): Promise<void> {
  const native = addon();
  if (!native.ok) throw new Error(describeFault(native.fault));
  const counted = { checks: 0, failures: 0 };
  const health = new LocalHealth({
    exchanges: counting(linuxExchanges(native.value), counted),
    scripts: { run: () => Promise.reject(new Error("No script is checked here")) },
    clock: processClock(),
    random: new Random(1),
    tell: () => {},
    changed: () => {},
  });
  health.configure([checkedServers(servers!)]);
  await sleep(SETTLE_MS);
  const before = { ...counted, cpu: process.cpuUsage(), at: performance.now() };
  await sleep(seconds! * 1000);
  const cpu = process.cpuUsage(before.cpu);
  const checked: Checked = {
    seconds: (performance.now() - before.at) / 1000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    checks: counted.checks - before.checks,
    failures: counted.failures - before.failures,
    fit: health.served()[0]!.servers.length,
  };
  health.stop();
  process.stdout.write(JSON.stringify(checked));
}

function counting(exchanges: Exchanges, counted: { checks: number; failures: number }): Exchanges {
  return {
    open: (order, listener) =>
      exchanges.open(order, (event) => {
        if (event.kind === "connected") counted.checks++;
        if (event.kind === "failed") counted.failures++;
        listener(event);
      }),
  };
}

await main(process.argv.slice(2).map(Number));
