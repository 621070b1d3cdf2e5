/** The time of the checks, and the one timer that they share. */
export interface HealthClock {
  /** Microseconds; it does not step. */
  now(): number;
  /** Calls back at a time, or soon after; another call takes the place of the one before. */
  wake(at: number | undefined, turn: () => void): void;
}

/** setTimeout takes no more, which is 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** The clock of this process (CLOCK_MONOTONIC), and a timer of its event loop. */
export function processClock(): HealthClock {
  let timer: NodeJS.Timeout | undefined;
  return {
    now: () => performance.now() * 1000,
    wake(at, turn) {
      clearTimeout(timer);
      if (at === undefined) return;
      const micros = Math.max(at - performance.now() * 1000, 0);
      timer = setTimeout(turn, Math.min(Math.ceil(micros / 1000), LONGEST_MS));
    },
  };
}
