import type { InstanceSettings } from "./settings.ts";

/**
 * Advertisements in a volley: at the beginning of a claim, and where a master was late or is
 * contended. One that is lost, or two, must not decide who holds.
 */
export const VOLLEY = 3;

/** The times of an election, in microseconds. */

const SECOND = 1_000_000;

/** A lease lasts so many intervals of its holder's advertisements; see {@link leaseLength}. */
const LEASE_INTERVALS = 2.5;

/** A claim lasts this part of an interval, and at least CLAIM_MIN, if the interval is as long. */
const CLAIM_PART = 8;
const CLAIM_MIN = 10_000;
/** Its volley goes out in the first two of so many steps; the others are for answers. */
const CLAIM_STEPS = 5;

/**
 * Skew_Time: (256 - priority) / 256 of the master's interval (RFC 9568 section 6.1), in version 2
 * of a second (RFC 3768 section 6.1).
 */
export function skewTime(version: 2 | 3, priority: number, masterInterval: number): number {
  return Math.round(((256 - priority) * (version === 2 ? SECOND : masterInterval)) / 256);
}

type Timed = Pick<InstanceSettings, "version" | "downTimerAdverts" | "advertInterval">;

/**
 * How long a backup waits of its skew before it claims: the end of the claim, when it takes the
 * addresses, is that of the skew. Of a skew that is shorter than two claims half is waited for: the
 * better of two backups must claim before the other.
 */
export function skewBeforeClaim(
  { version, advertInterval }: Timed,
  priority: number,
  masterInterval: number,
): number {
  const skew = skewTime(version, priority, masterInterval);
  return Math.max(Math.round(skew / 2), skew - claimLength(advertInterval));
}

/**
 * From the last advertisement that was heard to a claim. At the claim's end it is
 * Master_Down_Interval, Active_Down_Interval of RFC 9568: three intervals and the skew.
 */
export function downInterval(settings: Timed, priority: number, masterInterval: number): number {
  const intervals = settings.downTimerAdverts * masterInterval;
  return intervals + skewBeforeClaim(settings, priority, masterInterval);
}

/**
 * How long an advertisement lets its sender hold the addresses. A backup waits three intervals and
 * its skew from the last that it heard, which is later than it was sent: half an interval is left
 * for clocks that differ and for a thread that wakes late.
 */
export function leaseLength(interval: number): number {
  return Math.round(LEASE_INTERVALS * interval);
}

/**
 * The lease of another advertisement, where the one before was sent at `sentAt`. Whoever heard that
 * one, and not this one, waits no longer than from there: one that comes late, and is lost, must
 * not outlast the wait.
 */
export function renewal(interval: number, sentAt: number, now: number): number {
  return Math.max(
    0,
    Math.min(leaseLength(interval), sentAt + interval + leaseLength(interval) - now),
  );
}

/** Between two advertisements of a volley. */
export function volleyStep(interval: number): number {
  return Math.max(1, Math.round(claimLength(interval) / CLAIM_STEPS));
}

/** From the last advertisement of a claim's volley to its end: time for answers. */
export function answerTime(interval: number): number {
  return claimLength(interval) - (VOLLEY - 1) * volleyStep(interval);
}

/**
 * How long a new master advertises before it holds, so that whoever is better, or holds still,
 * speaks up.
 */
export function claimLength(interval: number): number {
  return Math.min(interval, Math.max(CLAIM_MIN, Math.round(interval / CLAIM_PART)));
}
