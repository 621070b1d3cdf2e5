import { parentPort, workerData } from "node:worker_threads";
import { Random } from "../../src/base/random.ts";
import { addon } from "../../src/kernel/linux/addon.ts";
import { runProgram } from "../../src/kernel/linux/program-run.ts";
import { frame } from "../../src/wire/frame.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";

/** What one thread sends: packets of flows that the other threads send packets of, too. */
export interface Errand {
  /** The program; file descriptors belong to all threads of a process. */
  readonly program: number;
  readonly seed: number;
  readonly packets: number;
  readonly flows: number;
}

const FLAGS: readonly TcpFlag[][] = [["syn"], ["syn"], ["ack"], ["ack"], ["fin", "ack"], ["rst"]];

const { program, seed, packets, flows } = workerData as Errand;
const native = addon();
if (!native.ok) throw new Error(native.fault.message);
const random = new Random(seed);
const verdicts = new Map<number, number>();

for (let i = 0; i < packets; i++) {
  const flow = random.integer(flows);
  const sent = frame({
    eth: { source: "02:00:00:00:00:50", destination: "02:00:00:00:00:10" },
    ip: { source: `10.7.${flow >> 8}.${flow & 255}`, destination: "10.9.0.100" },
    tcp: { sourcePort: 40_000, destinationPort: 80, flags: random.pick(FLAGS) },
  });
  const ran = runProgram(native.value, program, sent, 1);
  if (!ran.ok) throw new Error(ran.fault.message);
  verdicts.set(ran.value.verdict, (verdicts.get(ran.value.verdict) ?? 0) + 1);
}
parentPort!.postMessage(verdicts);
