import { setImmediate as eventLoopTurn } from "node:timers/promises";
import { failure, type Result, success } from "../../src/base/fault.ts";
import type { Reason } from "../../src/datapath/reason.ts";
import { type Addon, addon } from "../../src/kernel/linux/addon.ts";
import type { PacketCase } from "./cases.ts";
import { TimedDirector } from "./director.ts";
import { ACK, SYN } from "./frames.ts";
import { Rig, type Timing } from "./rig.ts";

/** What was measured of one case: a timing of each program a round. */
export interface CaseSamples {
  readonly case: PacketCase;
  readonly bounce: readonly Timing[];
  readonly weir: readonly Timing[];
  readonly slots: number;
  readonly tableBytes: number;
  /** Connections in the table while it was timed; of new ones, when the last had come. */
  readonly tracked: number;
  /** Of all packets of all rounds, and those that filled the table. */
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
}

/**
 * New flows are established in so many slices: few are half open at once, and yet runs are few,
 * each of which waits for some ms until the kernel has the rig in its dispatcher
 * (bpf_prog_change_xdp()).
 */
const SLICES = 32;
/** Flows that new ones are counted off from, rig.bpf.c's most. */
const ALL_FLOWS = 2 ** 24;

/** "NAT, IPv6, design load, 64k flows" */
export function describeCase({ method, family, table, name }: PacketCase): string {
  return `${method.toUpperCase()}, IPv${family}, ${table}, ${name}`;
}

interface Subject {
  readonly case: PacketCase;
  readonly director: TimedDirector;
  readonly bounce: Timing[];
  readonly weir: Timing[];
  tracked: number;
}

/**
 * Times every case once a round, each time the empty program and then Weir's, so that whatever else
 * the machine does meets both.
 *
 * Faults: those of Rig.open(), TimedDirector.load() and Rig.run(); BENCH_INTERRUPTED.
 */
export async function measurePackets(
  cases: readonly PacketCase[],
  rounds: number,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<CaseSamples[]>> {
  const native = addon();
  if (!native.ok) return native;
  const rig = Rig.open(native.value);
  if (!rig.ok) return rig;
  const subjects: Subject[] = [];
  try {
    for (const each of cases) {
      await eventLoopTurn();
      if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
      say(`packets: fills the table: ${describeCase(each)}`);
      const subject = prepare(native.value, rig.value, each);
      if (!subject.ok) return subject;
      subjects.push(subject.value);
    }
    for (let round = 1; round <= rounds; round++) {
      say(`packets: round ${round} of ${rounds}`);
      for (const subject of subjects) {
        await eventLoopTurn();
        if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
        const timed = timeOnce(rig.value, subject);
        if (!timed.ok) return timed;
      }
    }
    return success(subjects.map(samplesOf));
  } finally {
    for (const { director } of subjects) director.close();
    rig.value.close();
  }
}

function prepare(native: Addon, rig: Rig, each: PacketCase): Result<Subject> {
  const director = TimedDirector.load(native, each.connections, each);
  if (!director.ok) return director;
  const made = { case: each, director: director.value, bounce: [], weir: [] };
  if (each.kind === "new") return success({ ...made, tracked: 0 });
  const filled = establish(rig, director.value, each);
  if (filled.ok) return success({ ...made, tracked: director.value.tracked() });
  director.value.close();
  return filled;
}

/** Opens and establishes every flow, and lets a packet of each pass to warm the table. */
export function establish(
  rig: Rig,
  director: TimedDirector,
  { flows, family }: Pick<PacketCase, "flows" | "family">,
): Result<void> {
  const slice = Math.max(flows / SLICES, 1);
  for (let first = 0; first < flows; first += slice) {
    for (const frame of [SYN[family], ACK[family]]) {
      const opened = rig.run(director.program, { frame, first, flows, repeats: slice });
      if (!opened.ok) return opened;
    }
  }
  const warmed = rig.run(director.program, { frame: ACK[family], first: 0, flows, repeats: flows });
  return warmed.ok ? success(undefined) : warmed;
}

function timeOnce(rig: Rig, subject: Subject): Result<void> {
  const { kind, flows, repeats, family } = subject.case;
  const isNew = kind === "new";
  const frame = (isNew ? SYN : ACK)[family];
  const walk = { frame, first: 0, flows: isNew ? ALL_FLOWS : flows, repeats };
  const bounce = rig.run(rig.bounce, walk);
  if (!bounce.ok) return bounce;
  const { director } = subject;
  const weir = rig.run(director.program, walk, () => isNew && director.rewind());
  if (!weir.ok) return weir;
  subject.bounce.push(bounce.value);
  subject.weir.push(weir.value);
  if (!isNew) return success(undefined);
  subject.tracked = director.tracked();
  // At once: until its next turn the other cases push the cleared words out of the cache again.
  director.rewind();
  return success(undefined);
}

function samplesOf({ case: each, director, bounce, weir, tracked }: Subject): CaseSamples {
  const { slots, tableBytes } = director;
  const counted = [...director.reasons()].filter(([, count]) => count > 0n);
  const reasons = Object.fromEntries(counted.map(([reason, count]) => [reason, Number(count)]));
  return { case: each, bounce, weir, slots, tableBytes, tracked, reasons };
}
