import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../../src/base/random.ts";
import { FAULT_KINDS, type FaultKind } from "./fault-kinds.ts";
import { BACKUP, type DirectorName, type HaLab, MASTER } from "./ha-lab.ts";
import type { Violation } from "./judge.ts";
import {
  describeTimeline,
  describeViolation,
  type Observer,
  observe,
  seconds,
} from "./observer.ts";

export interface Plan {
  /** Faults to bring about. */
  readonly count: number;
  /** The longest that a fault lasts, and the longest between two, in milliseconds. */
  readonly lastsAtMost: number;
  readonly restAtMost: number;
  /**
   * How long after the end of a partition both may still hold, until the next advertisement has
   * told them of each other, in milliseconds.
   */
  readonly meetWithin: number;
  readonly kinds?: readonly FaultKind[];
}

/** A fault that was brought about; times in microseconds as the watch has them. */
interface Done {
  readonly kind: FaultKind;
  readonly host: DirectorName;
  readonly from: number;
  /** When its end began, and when that was done. */
  ends: number;
  to: number;
}

export interface Outcome {
  readonly faults: number;
  readonly rounds: number;
  /** What no partition explains. */
  readonly violations: readonly Violation[];
  /**
   * What one does: both held when they could reach each other again, and had not met yet. While a
   * cable is cut the client cannot reach its director, or not hear it, so that nothing that is seen
   * then is explained.
   */
  readonly parted: readonly Violation[];
  /** Everything that a person needs to follow what happened. */
  readonly story: string;
}

/** A fault is followed by the next while it lasts, on the other director, with this chance. */
const TOGETHER = 0.3;
/** A lab is full of processes: half a second until whatever the last fault began is over. */
const AFTER_MS = 500;

/**
 * Brings faults about, one after another or one on each director, watched all the time. What is
 * random comes from `random` alone: the order, the hosts and the times are the same for a seed,
 * though not the moments at which the machine gets to them.
 */
export async function bringFaults(ha: HaLab, random: Random, plan: Plan): Promise<Outcome> {
  const watch = await observe(ha.lab);
  const now = () => Math.round((Date.now() - watch.began) * 1_000);
  const done: Done[] = [];
  const busy = new Map<DirectorName, Promise<void>>();
  const bring = async (kind: FaultKind, host: DirectorName, lasts: number) => {
    const fault: Done = { kind, host, from: now(), ends: 0, to: 0 };
    done.push(fault);
    await kind.begin(ha, host);
    await sleep(lasts);
    fault.ends = now();
    await kind.end(ha, host);
    fault.to = now();
  };
  for (let brought = 0; brought < plan.count; brought++) {
    const kind = random.pick(plan.kinds ?? FAULT_KINDS);
    const host = random.pick([MASTER, BACKUP] as const);
    const lasts = random.integer(plan.lastsAtMost);
    const rest = random.integer(plan.restAtMost);
    const together = random.chance(TOGETHER);
    await busy.get(host);
    busy.set(host, bring(kind, host, lasts));
    if (!together) await busy.get(host);
    await sleep(rest);
  }
  await Promise.all(busy.values());
  await sleep(plan.meetWithin + AFTER_MS);
  return outcome(watch, (await watch.stop()).rounds, done, plan);
}

function outcome(watch: Observer, rounds: number, done: readonly Done[], plan: Plan): Outcome {
  const explained = ({ at }: Violation) =>
    done.some(({ kind, ends, to }) => {
      return kind.parts && at >= ends && at <= to + plan.meetWithin * 1_000;
    });
  const [violations, parted] = [[], []] as [Violation[], Violation[]];
  for (const violation of watch.violations) {
    (explained(violation) ? parted : violations).push(violation);
  }
  const story = [
    "Faults:",
    ...done.map(
      ({ kind, host, from, to }) => `${seconds(from)} to ${seconds(to)} ${host}: ${kind.name}`,
    ),
    "Who answered and forwarded:",
    describeTimeline(watch.moments),
    "Violations:",
    ...violations.slice(0, TOLD).map(describeViolation),
    violations.length > TOLD ? `and ${violations.length - TOLD} more` : "",
  ].join("\n");
  return { faults: done.length, rounds, violations, parted, story };
}

/** Of violations, which come by the hundred once there are any. */
const TOLD = 20;
