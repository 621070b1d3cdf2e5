import { setImmediate as eventLoopTurn } from "node:timers/promises";
import { assert } from "../../src/base/assert.ts";
import { failure, type Result, success } from "../../src/base/fault.ts";
import type { Reason } from "../../src/datapath/reason.ts";
import { addon } from "../../src/kernel/linux/addon.ts";
import { TimedDirector } from "./director.ts";
import { ACK, SYN } from "./frames.ts";
import { establish } from "./measure.ts";
import { Rig, XDP_TX } from "./rig.ts";

/**
 * A SYN flood at the speed of the machine, while established connections go on: whether one of
 * their packets is lost, or goes to another server.
 */
export interface FloodPlan {
  /** Established connections, a power of two. */
  readonly connections: number;
  /** What the table has room for. */
  readonly table: number;
  /** SYNs between two packets of each connection, and how often. */
  readonly burst: number;
  readonly bursts: number;
}

/** In a table of the default size. */
export const FLOOD: FloodPlan = {
  connections: 2 ** 17,
  table: 1_048_576,
  burst: 2 ** 20,
  bursts: 12,
};

export interface FloodFigures {
  readonly plan: FloodPlan;
  /** SYNs a second on one CPU, those of the empty program taken off. */
  readonly rate: number;
  /** Packets of established connections that were sent, and of them those that did not go on. */
  readonly packets: number;
  readonly lost: number;
  /** Connections that have another server than before, or no entry any more. */
  readonly moved: number;
  /** What became of the SYNs. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
}

/** Faults: those of Rig.open(), TimedDirector.load() and Rig.run(); BENCH_INTERRUPTED. */
export async function measureFlood(
  plan: FloodPlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<FloodFigures>> {
  const native = addon();
  if (!native.ok) return native;
  const rig = Rig.open(native.value);
  if (!rig.ok) return rig;
  const director = TimedDirector.load(native.value, plan.table, { method: "dr", family: 4 });
  if (!director.ok) {
    rig.value.close();
    return director;
  }
  try {
    return await flood(plan, rig.value, director.value, say, interrupted);
  } finally {
    director.value.close();
    rig.value.close();
  }
}

const ALL_FLOWS = 2 ** 24;

async function flood(
  plan: FloodPlan,
  rig: Rig,
  director: TimedDirector,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<FloodFigures>> {
  const { connections, burst, bursts } = plan;
  const filled = establish(rig, director, { flows: connections, family: 4 });
  if (!filled.ok) return filled;
  const known = establishedWords(director);
  const before = director.reasons();
  let time = 0;
  let lost = 0;
  for (let i = 0; i < bursts; i++) {
    await eventLoopTurn();
    if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
    say(`packets: SYN flood ${i + 1} of ${bursts}`);
    const first = connections + ((i * burst) % (ALL_FLOWS - connections - burst));
    const walk = { frame: SYN[4], first, flows: ALL_FLOWS, repeats: burst };
    const empty = rig.run(rig.bounce, walk);
    const flooded = rig.run(director.program, walk);
    const on = { frame: ACK[4], first: 0, flows: connections, repeats: connections };
    const went = rig.run(director.program, on);
    if (!empty.ok) return empty;
    if (!flooded.ok) return flooded;
    if (!went.ok) return went;
    time += flooded.value.cpu - empty.value.cpu;
    lost += connections - went.value.verdicts[XDP_TX]!;
  }
  const after = director.reasons();
  const reasons = Object.fromEntries(
    [...after]
      .map(([reason, count]) => [reason, Number(count - (before.get(reason) ?? 0n))] as const)
      .filter(([, count]) => count > 0),
  );
  const now = establishedWords(director);
  return success({
    plan,
    rate: 1e9 / (time / bursts),
    packets: connections * bursts,
    lost,
    moved: [...known].filter(([at, word]) => now.get(at) !== word).length,
    reasons,
  });
}

/** Tag and server of each established connection, by the place of its word. */
function establishedWords({ view }: TimedDirector): Map<number, string> {
  const ESTABLISHED = 1;
  const words = new Map<number, string>();
  for (let at = 0; at < view.words.length; at += 2) {
    const low = view.words[at]!;
    const tag = view.words[at + 1]!;
    if (tag !== 0 && ((low >>> 16) & 0xff) === ESTABLISHED) words.set(at, `${tag} ${low & 0xffff}`);
  }
  assert(words.size > 0, "connections that were established");
  return words;
}

/** The lines that a person reads. */
export function describeFlood({
  plan,
  rate,
  packets,
  lost,
  moved,
  reasons,
}: FloodFigures): string[] {
  const words = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
  return [
    `SYN flood: ${plan.bursts} bursts of ${plan.burst} SYNs of as many clients,`,
    `a table of ${plan.table} with ${plan.connections} established connections,`,
    "that send a packet each after every burst",
    "",
    `${(rate / 1e6).toFixed(2)} million SYNs a second on one CPU`,
    `of ${packets} packets of established connections ${lost} were lost;`,
    `${moved} connections moved`,
    `all packets: ${words.join(", ")}`,
  ];
}
