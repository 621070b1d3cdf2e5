import { REASONS } from "../../src/datapath/reason.ts";
import { median, minimum } from "../statistics.ts";
import { BYTES_TARGET, type PacketCase } from "./cases.ts";
import type { CaseSamples } from "./measure.ts";
import { type Timing, XDP_TX } from "./rig.ts";

/** What one case came to. Times are ns a packet, without those of the empty program. */
export interface PacketFigures {
  readonly case: PacketCase;
  /** Of the differences of each round. */
  readonly median: number;
  /** The least time of Weir's program less the least of the empty one. */
  readonly minimum: number;
  /** As `median`, by the kernel's own clock. */
  readonly kernelMedian: number;
  /** What the rig takes with the empty program. */
  readonly rig: number;
  /** Undefined where no target was set. */
  readonly met: boolean | undefined;
  readonly slots: number;
  readonly tracked: number;
  /** Flows of the case that have no entry. */
  readonly untracked: number;
  /** Bytes of both halves of the connection table for a flow that is tracked. */
  readonly bytesAFlow: number;
  /** Whether every repeat of every round forwarded its packet. */
  readonly allForwarded: boolean;
  readonly reasons: CaseSamples["reasons"];
  /** Net ns of each round. */
  readonly rounds: readonly number[];
}

export function packetFigures(samples: CaseSamples): PacketFigures {
  const { case: each, bounce, weir, slots, tableBytes, tracked, reasons } = samples;
  const rounds = differences(weir, bounce, (timing) => timing.cpu);
  const middle = median(rounds);
  const least = (timings: readonly Timing[]) => minimum(timings.map(({ cpu }) => cpu));
  return {
    case: each,
    median: middle,
    minimum: least(weir) - least(bounce),
    kernelMedian: median(differences(weir, bounce, (timing) => timing.kernel)),
    rig: median(bounce.map(({ cpu }) => cpu)),
    met: each.target === undefined ? undefined : middle <= each.target,
    slots,
    tracked,
    untracked: each.flows - tracked,
    bytesAFlow: tableBytes / tracked,
    allForwarded: [...weir, ...bounce].every(({ verdicts }) => verdicts[XDP_TX] === each.repeats),
    reasons,
    rounds,
  };
}

/** The bytes of a flow where the table was made for that many, and so has the design load. */
export function bytesMet(figures: PacketFigures): boolean {
  return figures.bytesAFlow <= BYTES_TARGET;
}

/** "scheduled 524288, evicted 12", in the order of reason.ts. */
export function describeReasons(reasons: CaseSamples["reasons"]): string {
  return REASONS.filter((reason) => reasons[reason] !== undefined)
    .map((reason) => `${reason} ${reasons[reason]}`)
    .join(", ");
}

function differences(
  weir: readonly Timing[],
  bounce: readonly Timing[],
  of: (timing: Timing) => number,
): number[] {
  return weir.map((timing, round) => of(timing) - of(bounce[round]!));
}
