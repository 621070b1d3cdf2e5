import { median } from "../statistics.ts";
import type { ScaleSample } from "./measure.ts";
import { RING_PLACES } from "./ring.ts";

/** What was timed, in ms, over all rounds. */
export interface ScaleFigures {
  readonly name: string;
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  /** At most; undefined where there is none. */
  readonly target: number | undefined;
  readonly met: boolean;
}

interface Row {
  readonly name: string;
  readonly target?: number;
  times(measured: ScaleTimes): readonly number[];
}

/** What the scale part measured. */
export interface ScaleTimes {
  readonly samples: readonly ScaleSample[];
  /** ms, of measureRing(). */
  readonly rings: readonly number[];
}

const ROWS: readonly Row[] = [
  {
    name: "ipvsadm -R, whole process",
    target: 1000,
    times: ({ samples }) => samples.map(({ restore }) => restore),
  },
  {
    name: "ipvsadm -Ln, whole process",
    target: 1000,
    times: ({ samples }) => samples.map(({ list }) => list),
  },
  {
    name: "one weight, request to answer",
    target: 10,
    times: ({ samples }) => samples.flatMap(({ requests }) => requests),
  },
  {
    name: "ipvsadm -e, whole process",
    times: ({ samples }) => samples.flatMap(({ edits }) => edits),
  },
  { name: `a ring of ${RING_PLACES}, made and switched`, target: 5, times: ({ rings }) => rings },
];

export function scaleFigures(measured: ScaleTimes): ScaleFigures[] {
  return ROWS.map(({ name, target, times }) => {
    const all = times(measured);
    const middle = median(all);
    return {
      name,
      median: middle,
      minimum: Math.min(...all),
      maximum: Math.max(...all),
      target,
      met: target === undefined || middle <= target,
    };
  });
}
