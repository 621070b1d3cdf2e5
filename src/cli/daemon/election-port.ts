import { Worker } from "node:worker_threads";
import { type Fault, failure, type Result, success } from "../../base/fault.ts";
import type { Report } from "../../daemon/election/order.ts";
import type { ElectionPort } from "../../daemon/election/port.ts";

export interface ThreadPlan {
  /** Where the table of leases is pinned. */
  readonly leases: string;
}

export type ThreadMessage =
  | Report
  /** `slow`: why it goes no sooner than others. */
  | { readonly kind: "ready"; readonly slow?: Fault }
  | { readonly kind: "refused"; readonly fault: Fault };

/** A small heap is soon cleared of garbage: an advertisement waits for milliseconds less. */
const HEAP = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 };

/**
 * Starts the thread of the elections. `broken` is told when it ends on its own, which it never does
 * while the world is as the code believes; `slow` why its advertisements may be late.
 *
 * Faults: those of openElectionGround(); THREAD_FAILED.
 */
export function startElectionThread(
  plan: ThreadPlan,
  broken: (error: Error) => void,
  slow: (fault: Fault) => void,
): Promise<Result<ElectionPort>> {
  const worker = new Worker(new URL("./election-thread.ts", import.meta.url), {
    name: "election",
    workerData: plan,
    resourceLimits: HEAP,
  });
  return new Promise((resolve) => {
    worker.once("error", (error: Error) => {
      resolve(failure("THREAD_FAILED", `The thread of the elections has failed: ${error.message}`));
    });
    worker.once("message", (message: ThreadMessage) => {
      worker.removeAllListeners("error");
      if (message.kind === "refused") {
        resolve({ ok: false, fault: message.fault });
        return;
      }
      if (message.kind === "ready" && message.slow !== undefined) slow(message.slow);
      worker.on("error", broken);
      resolve(success(portOf(worker)));
    });
  });
}

function portOf(worker: Worker): ElectionPort {
  return {
    order: (order) => worker.postMessage(order),
    onReport: (listener) => worker.on("message", listener),
    close: async () => {
      await worker.terminate();
    },
  };
}
