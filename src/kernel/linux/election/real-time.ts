import { failure, type Result, success } from "../../../base/fault.ts";
import type { Addon } from "../addon.ts";
import { describeErrno } from "../errno.ts";

/**
 * The least real-time priority: before every ordinary thread, and behind whatever of the machine's
 * own has a reason to be real-time (sched(7)).
 */
const PRIORITY = 1;

/**
 * Has the calling thread run as soon as it has something to do. An ordinary thread that wakes on a
 * busy processor waits for a slice of somebody else's time, some milliseconds: an advertisement
 * every 10 ms may be late by one. Threads and processes that it starts are ordinary again.
 *
 * Faults: PRIORITY_REFUSED, in containers without CAP_SYS_NICE; the thread stays as it was.
 */
export function goFirst(native: Addon): Result<void> {
  const set = native.realTime(PRIORITY);
  if (set === 0) return success(undefined);
  return failure(
    "PRIORITY_REFUSED",
    `Cannot have the elections go before other work: ${describeErrno(set)}; where processors are ` +
      "busy, advertisements come late by milliseconds",
    "give the daemon CAP_SYS_NICE, or let advertisements be 100 ms apart or more",
  );
}
