import { median } from "../statistics.ts";
import type { FailoverSample } from "./measure.ts";
import { BACKUP_PRIORITY, type FailoverCase } from "./settings.ts";

/** Times without an answer, in milliseconds. */
export interface FailoverFigures extends FailoverCase {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  /** What the RFC's arithmetic gives, and what is promised: without the lease, with a claim. */
  readonly rfc: number;
  readonly bound: number;
  readonly met: boolean;
}

/** As docs/high-availability.md has them, in intervals. */
const LEASE = 2.5;
const SAFE = 3.5625;
const CLAIM = 1 / 8;
const CLAIM_LEAST_MS = 10;
/** What a system must stay below that advertises every 10 ms. */
const FAST_MS = 100;
const FAST_INTERVAL = 0.01;
/** What the client adds, which asks every 2 ms, and ARP, on a machine that others use. */
const ASKING_MS = 15;

export function failoverFigures(samples: readonly FailoverSample[]): FailoverFigures[] {
  const cases = [...new Set(samples.map((sample) => sample.case))];
  return cases.map((each) => {
    const gaps = samples.filter((one) => one.case === each).map(({ asked }) => asked.gap);
    const [rfc, promised] = bounds(each);
    const bound = each.interval === FAST_INTERVAL ? Math.min(FAST_MS, promised) : promised;
    const maximum = Math.max(...gaps);
    return {
      ...each,
      median: median(gaps),
      minimum: Math.min(...gaps),
      maximum,
      rfc,
      bound,
      met: maximum <= bound,
    };
  });
}

/**
 * RFC 9568 section 6.1: Skew_Time is a share of the interval, and of a second in version 2 (RFC
 * 3768 section 6.1); after priority 0 a backup waits only that.
 */
function bounds({ version, interval, event }: FailoverCase): [rfc: number, promised: number] {
  const ms = interval * 1000;
  const skew = ((256 - BACKUP_PRIORITY) / 256) * (version === 2 ? 1000 : ms);
  const claim = Math.max(CLAIM * ms, CLAIM_LEAST_MS);
  const down = 3 * ms + skew;
  const claimed = Math.max(skew, skew / 2 + claim);
  const taken = Math.max(3 * ms + claimed, SAFE * ms) + ASKING_MS;
  switch (event) {
    case "link down":
      return [down, taken];
    case "its return":
      return [0, claim + ASKING_MS];
    case "SIGTERM":
      return [skew, claimed + ASKING_MS];
    case "kill -9":
      // The program forwards on until the lease ends.
      return [down, taken - LEASE * ms];
  }
}
