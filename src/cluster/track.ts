import type { Track } from "./settings.ts";

/**
 * What tracked things do to an instance: its effective priority, or a fault (keepalived.conf(5):
 * track_interface, track_script, track_file, track_process).
 */

/** Something tracked as it stands. */
export interface Observed {
  readonly track: Track;
  /** Undefined until its first result; of a file: whether its value could be read. */
  readonly up: boolean | undefined;
  /** The number in a file. */
  readonly value?: number;
}

export interface Standing {
  /** 1 to 254, or 255 for the owner of the addresses. */
  readonly priority: number;
  /** A sentence for the log: while it is there, the instance may not be master. */
  readonly fault?: string;
  /** The fault is only that something has no result yet. */
  readonly pending?: true;
}

const OWNER = 255;
const PRIORITY_MIN = 1;
const PRIORITY_MAX = 254;
/** A file's value, times its weight, below which the instance is at fault. */
const FILE_MIN = -253;

/**
 * The priority that is configured with all weights, and the first fault that is known. An owner's
 * priority never changes, and the others' stays between 1 and 254: 0 and 255 mean something else
 * (RFC 9568 section 5.2.4).
 */
export function standing(configured: number, all: readonly Observed[]): Standing {
  const change = all.map(changeOf).reduce((total, each) => total + each, 0);
  const clipped = Math.min(PRIORITY_MAX, Math.max(PRIORITY_MIN, configured + change));
  const priority = configured === OWNER ? OWNER : clipped;
  const faults = all.flatMap((observed) => {
    const fault = faultOf(observed);
    return fault === undefined ? [] : [{ fault, isPending: observed.up === undefined }];
  });
  const first = faults.find(({ isPending }) => !isPending) ?? faults[0];
  if (first === undefined) return { priority };
  const { fault, isPending } = first;
  return { priority, fault, ...(isPending ? { pending: true } : {}) };
}

/**
 * A positive weight counts while the thing is up, a negative one while it is down; a file's value
 * is multiplied by its weight. What has no result yet counts for nothing.
 */
function changeOf({ track, up, value }: Observed): number {
  const { kind, weight, reverse } = track;
  const sign = reverse ? -1 : 1;
  if (weight === 0 || up === undefined) return 0;
  if (kind === "file") return up ? sign * weight * (value ?? 0) : 0;
  return up === weight > 0 ? sign * weight : 0;
}

function faultOf(observed: Observed): string | undefined {
  const { track, up, value } = observed;
  const what = `${track.kind} ${track.name}`;
  if (track.kind === "file" && track.weight !== 0) {
    // The value is so low on purpose: a file can say "not me" although it has a weight.
    return changeOf(observed) < FILE_MIN ? `the value of ${what} is below ${FILE_MIN}` : undefined;
  }
  if (track.weight !== 0) return undefined;
  if (up === undefined) return `${what} has no result yet`;
  const fine = track.kind === "file" ? up && (value ?? 0) === 0 : up;
  if (fine !== track.reverse) return undefined;
  return track.reverse ? `${what} is up, and counts in reverse` : `${what} is down`;
}
