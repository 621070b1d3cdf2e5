import type { Verdict } from "./check.ts";
import { roundsOf } from "./rounds.ts";
import type { CheckSettings } from "./settings.ts";

/**
 * When a check asks, and what its verdicts come to: a server that is fit becomes unfit when the
 * check and its retries failed, one that is unfit becomes fit when a whole round was good.
 * All times are in microseconds of one clock that does not step.
 */
export interface Checker {
  readonly fit: boolean;
  /** What the check adds to the server's weight. */
  readonly weight: number;
  /** False in the first round: a failure then has no retries (captured: C26, C30). */
  readonly hasRun: boolean;
  /** Failures in a row that were retries, while fit. */
  readonly failures: number;
  /** Which url is asked next. */
  readonly round: number;
  /**
   * A url that has failed is good again before the round from the first one begins (captured: C1,
   * C7): why HTTP needs two good answers, and others one.
   */
  readonly isRecovering: boolean;
  /** When it asked last. */
  readonly askedAt: number;
  /** When to ask next; absent while asking, while suspended, and for what nobody is asked. */
  readonly deadline?: number;
}

export type Finding =
  /** It has become fit or unfit, or weighs differently. */
  | { readonly kind: "changed"; readonly why: string }
  /** The first good answer of a check whose server was taken for fit. */
  | { readonly kind: "confirmed"; readonly why: string }
  /** A failure that changes nothing yet, of those that are logged. */
  | { readonly kind: "failed"; readonly why: string };

export interface Judged {
  readonly checker: Checker;
  readonly finding?: Finding;
}

/**
 * keepalived's own wait at its start, before warmup (captured: all starts, and no return of an
 * address for ha_suspend, C40); microseconds.
 */
export const START_WAIT = 1_000_000;

/** `fit` is what its server counts for until the first verdict. Nothing is due as yet. */
export function beginChecker(fit: boolean): Checker {
  return { fit, weight: 0, hasRun: false, failures: 0, round: 0, isRecovering: false, askedAt: 0 };
}

/** It asks no more; what it knew stays (ha_suspend, captured: C40). */
export function suspendChecker({ deadline: _, ...checker }: Checker): Checker {
  return { ...checker, failures: 0 };
}

/**
 * It asks, for the first time or again. `chance` from 0 up to but not including 1 says how much of
 * warmup it waits.
 */
export function resumeChecker(
  checker: Checker,
  { timing, conversation }: CheckSettings,
  now: number,
  chance: number,
): Checker {
  if (conversation.kind === "file") return checker;
  return { ...checker, deadline: now + timing.warmup * chance };
}

/** The conversation has begun: nothing is due until its verdict. */
export function askingChecker({ deadline: _, ...checker }: Checker, now: number): Checker {
  return { ...checker, askedAt: now };
}

export function judge(
  checker: Checker,
  settings: CheckSettings,
  verdict: Verdict,
  now: number,
): Judged {
  const deadline = after(settings.timing.delayLoop, checker, settings, now);
  if (verdict.isOurs) {
    return {
      checker: { ...checker, deadline },
      finding: { kind: "failed", why: verdict.why },
    };
  }
  return verdict.fit
    ? judgeGood(checker, settings, verdict, now)
    : judgeBad(checker, settings, verdict.why, now);
}

/** What a file says counts at once, and nothing is due after it. */
export function judgeFile(checker: Checker, { fit, why, weight = 0 }: Verdict): Judged {
  const judged = { ...checker, fit, weight, hasRun: true };
  const isSame = fit === checker.fit && weight === checker.weight;
  return isSame ? { checker: judged } : { checker: judged, finding: { kind: "changed", why } };
}

function judgeGood(
  before: Checker,
  settings: CheckSettings,
  { why, weight = 0 }: Verdict,
  now: number,
): Judged {
  const { timing } = settings;
  const hurries = isFast(settings) && !(before.fit && before.hasRun);
  const loop = after(timing.delayLoop, before, settings, now);
  const soon = hurries ? now : loop;
  const going = { ...before, failures: 0, isRecovering: false };
  if (before.isRecovering) {
    return { checker: { ...going, round: 0, deadline: soon } };
  }
  const round = before.round + 1;
  if (round < roundsOf(settings)) {
    return { checker: { ...going, round, deadline: soon } };
  }
  const checker = { ...going, fit: true, hasRun: true, weight, round: 0, deadline: loop };
  if (!before.fit || weight !== before.weight)
    return { checker, finding: { kind: "changed", why } };
  return before.hasRun ? { checker } : { checker, finding: { kind: "confirmed", why } };
}

function judgeBad(before: Checker, settings: CheckSettings, why: string, now: number): Judged {
  const { timing, logsAllFailures } = settings;
  const failed: Judged["finding"] = { kind: "failed", why };
  const finding = logsAllFailures ? { finding: failed } : {};
  if (before.fit && before.hasRun && before.failures < timing.retry) {
    const failures = before.failures + 1;
    const deadline = after(timing.delayBeforeRetry, before, settings, now);
    return { checker: { ...before, failures, deadline }, ...finding };
  }
  const checker = {
    ...before,
    fit: false,
    hasRun: true,
    failures: 0,
    isRecovering: settings.conversation.kind === "http",
    deadline: after(timing.delayLoop, before, settings, now),
  };
  if (!before.fit) return { checker, ...finding };
  return { checker, finding: { kind: "changed", why } };
}

/** Scripts are asked so long after they began (captured: C16), others after they answered. */
function after(
  delay: number,
  { askedAt }: Checker,
  { conversation }: CheckSettings,
  now: number,
): number {
  return conversation.kind === "misc" ? Math.max(askedAt + delay, now) : now + delay;
}

/** fast_recovery: no wait between the urls until the server is fit (keepalived.conf(5)). */
function isFast({ conversation }: CheckSettings): boolean {
  return conversation.kind === "http" && conversation.fastRecovery;
}
