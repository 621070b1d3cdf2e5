import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/assert.ts";
import { Election } from "../../daemon/election/election.ts";
import type { Order } from "../../daemon/election/order.ts";
import { addon } from "../../kernel/linux/addon.ts";
import { openElectionGround } from "../../kernel/linux/election/ground.ts";
import { goFirst } from "../../kernel/linux/election/real-time.ts";
import type { ThreadMessage, ThreadPlan } from "./election-port.ts";

/**
 * The thread of the elections: nothing else runs here, so that no health check, no request and no
 * garbage of theirs keeps an advertisement waiting; and it goes before other threads.
 */

const COUNTS_INTERVAL_MS = 1000;

const port = parentPort;
assert(port !== null, "a thread of a daemon");

function tell(message: ThreadMessage): void {
  port!.postMessage(message);
}

const { leases } = workerData as ThreadPlan;
const ground = openElectionGround(leases);
if (!ground.ok) {
  tell({ kind: "refused", fault: ground.fault });
} else {
  const election = new Election(ground.value, (report) => {
    tell(report);
    if (report.kind === "stopped") end();
  });
  const counts = () => tell({ kind: "counts", instances: election.counts() });
  const timer = setInterval(counts, COUNTS_INTERVAL_MS);
  const end = () => {
    clearInterval(timer);
    ground.value.close();
    port.close();
  };
  port.on("message", (order: Order) => election.order(order));
  const loaded = addon();
  const first = loaded.ok ? goFirst(loaded.value) : loaded;
  tell(first.ok ? { kind: "ready" } : { kind: "ready", slow: first.fault });
}
