import type { ExchangeFailure } from "../../exchange.ts";
import { describeErrno, errno } from "../errno.ts";

/** Why an exchange is over, as its listener is told. */
export interface Failure {
  readonly code: ExchangeFailure;
  readonly message: string;
}

/** Those that concern the way to the other end or that end itself; all others are our own. */
const CODES: ReadonlyMap<number, ExchangeFailure> = new Map([
  [errno.ECONNREFUSED, "REFUSED"],
  [errno.ETIMEDOUT, "TIMED_OUT"],
  [errno.ECONNRESET, "RESET"],
  [errno.EPIPE, "RESET"],
  [errno.EHOSTUNREACH, "UNREACHABLE"],
  [errno.ENETUNREACH, "UNREACHABLE"],
  [errno.ENETDOWN, "UNREACHABLE"],
  [errno.EMSGSIZE, "UNREACHABLE"],
  [errno.EPROTO, "UNREACHABLE"],
  [errno.ENOPROTOOPT, "UNREACHABLE"],
  // Administratively prohibited (icmp_err_convert of net/ipv4/icmp.c, icmpv6_err_convert).
  [errno.EACCES, "UNREACHABLE"],
]);

/** `result` is a negative errno that came from the network. */
export function failureOf(doing: string, result: number): Failure {
  const code = CODES.get(-result) ?? "LOCAL";
  return { code, message: `Cannot ${doing}: ${describeErrno(result)}` };
}

/** `result` is a negative errno of a call that concerns this host alone. */
export function localFailure(doing: string, result: number): Failure {
  return { code: "LOCAL", message: `Cannot ${doing}: ${describeErrno(result)}` };
}
