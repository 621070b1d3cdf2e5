import { type Block, integerOf, secondsOf, switchOf, textOf } from "./block.ts";

/** keepalived's least time of a timer: one microsecond, in seconds. */
const LEAST = 0.000001;
const RETRIES_MAX = 0xffff_ffff;

/**
 * What a virtual server decides for its real servers, a real server for its checks, and a check for
 * itself (keepalived.conf(5), the note in LVS CONFIGURATION). Times are in microseconds.
 */
export interface Inherited {
  readonly delayLoop?: number;
  readonly retry?: number;
  readonly delayBeforeRetry?: number;
  readonly connectTimeout?: number;
  readonly warmup?: number;
  readonly alpha?: boolean;
  readonly inhibitOnFailure?: boolean;
  readonly virtualHost?: string;
}

/** What a block says over what it inherits. */
export function inherit(block: Block, from: Inherited): Inherited {
  const own: Record<keyof Inherited, unknown> = {
    delayLoop: secondsOf(block, "delay_loop", LEAST),
    retry: integerOf(block, "retry", 0, RETRIES_MAX),
    delayBeforeRetry: secondsOf(block, "delay_before_retry"),
    connectTimeout: secondsOf(block, "connect_timeout", LEAST),
    warmup: secondsOf(block, "warmup"),
    alpha: switchOf(block, "alpha"),
    inhibitOnFailure: switchOf(block, "inhibit_on_failure"),
    virtualHost: textOf(block, "virtualhost"),
  };
  return {
    ...from,
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
  };
}
