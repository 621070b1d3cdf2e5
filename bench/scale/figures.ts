import { median } from "../statistics.ts";
import type { ScaleSample } from "./measure.ts";

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
  times(sample: ScaleSample): readonly number[];
}

const ROWS: readonly Row[] = [
  { name: "ipvsadm -R, whole process", target: 1000, times: ({ restore }) => [restore] },
  { name: "ipvsadm -Ln, whole process", target: 1000, times: ({ list }) => [list] },
  { name: "one weight, request to answer", target: 10, times: ({ requests }) => requests },
  { name: "ipvsadm -e, whole process", times: ({ edits }) => edits },
];

export function scaleFigures(samples: readonly ScaleSample[]): ScaleFigures[] {
  return ROWS.map(({ name, target, times }) => {
    const all = samples.flatMap(times);
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
