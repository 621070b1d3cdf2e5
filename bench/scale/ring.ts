import { failure, type Result, success } from "../../src/base/fault.ts";
import { poolSlots, setPool, writePool } from "../../src/datapath/pool.ts";
import { schedulerIndex } from "../../src/datapath/schedulers.ts";
import type { View } from "../../src/datapath/tables.ts";
import { addon } from "../../src/kernel/linux/addon.ts";
import { maglevRing } from "../../src/state/rings/maglev.ts";
import { TimedDirector } from "../packets/director.ts";

/** The smaller of the two sizes that the Maglev paper measures. */
export const RING_PLACES = 65_537;

const SERVERS = 100;
const SERVICE = 1;

/**
 * In ms, each time: a Maglev ring of RING_PLACES is made over a hundred servers, written into the
 * kernel's table beside the one before, and a service switched over to it.
 *
 * Faults: those of TimedDirector.load(); BENCH_INTERRUPTED.
 */
export function measureRing(rounds: number, interrupted: AbortSignal): Result<number[]> {
  const native = addon();
  if (!native.ok) return native;
  const director = TimedDirector.load(native.value, 1024, { method: "dr", family: 4 });
  if (!director.ok) return director;
  try {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
      const started = performance.now();
      rebuild(director.value.view, round);
      times.push(performance.now() - started);
    }
    return success(times);
  } finally {
    director.value.close();
  }
}

/** One server weighs another thing each round, so that no two rings are the same. */
function rebuild(view: View, round: number): void {
  const weights = Array.from({ length: SERVERS }, (_, n) => (n === round % SERVERS ? 2 : 1));
  const servers = weights.map((lastWeight, n) => ({
    address: `192.168.150.${n + 20}`,
    port: 80,
    lastWeight,
  }));
  const members = weights.map((weight, server) => ({ server, weight }));
  const slots = poolSlots(SERVERS, RING_PLACES, false);
  const slot = (1 + (round % 2)) * slots;
  const generation = round + 1;
  const header = { generation, scheduler: schedulerIndex("mh"), flags: 0 };
  const start = { weightMax: 2, weightGcd: 1, startCursor: 0, startWeight: 0 };
  writePool(view, slot, {
    header: { ...header, ...start },
    members,
    ring: maglevRing(servers, RING_PLACES),
    lastWeights: new Uint32Array(0),
  });
  setPool(view, SERVICE, slot, generation);
}
