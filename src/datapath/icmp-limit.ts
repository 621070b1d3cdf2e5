import { ICMP_LIMITS } from "./constants.ts";
import type { View } from "./tables.ts";
import type { Tuple } from "./tuple.ts";

/** Whom ICMP errors may be sent to, and how many (xdp/icmp-limit.h). */

/** Per client one error a second after a burst of six: inet_peer_xrlim_allow(), icmp_ratelimit. */
const ICMP_TOKEN_TICKS = 953;
const ICMP_BURST = 6;

/**
 * Whether the tuple's client may get one error more. Those that tell the MTU of the path are not
 * limited, as in icmpv4_xrlim_allow() and icmpv6_xrlim_allow(): a window of packets that are too
 * large would use up the tokens before the next, narrower link is met. `now` in ticks.
 */
export function mayTell(view: View, tuple: Tuple, ofMtu: boolean, now: number): boolean {
  return isOneHost(tuple) && (ofMtu || allowed(view, limitedAs(tuple), now));
}

/** No errors to what is not one host: RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e). */
function isOneHost({ family, client }: Tuple): boolean {
  if (family === 4) {
    const first = client[3] & 0xff;
    return first !== 0 && first !== 127 && first < 224;
  }
  const unspecifiedOrLoopback =
    client[0] === 0 && client[1] === 0 && client[2] === 0 && (client[3] & 0x00ff_ffff) === 0;
  return (client[0] & 0xff) !== 0xff && !unspecifiedOrLoopback;
}

/** An IPv6 client has a whole /64 to choose addresses from (RFC 6177). */
function limitedAs({ family, client }: Tuple): number {
  return family === 4 ? client[3] : (client[0] ^ client[1]) >>> 0;
}

/** An entry holds the tick of its last look and the tokens it has left, in ticks. */
function allowed(view: View, client: number, now: number): boolean {
  const keys = view.tables.hashKeys;
  const product = Math.imul(client + keys[4]!, keys[5]! | 1) >>> 0;
  const slot = product >>> (32 - Math.log2(ICMP_LIMITS));
  const fresh = view.icmpLimits[2 * slot] === 0 && view.icmpLimits[2 * slot + 1] === 0;
  const elapsed = (now - view.icmpLimits[2 * slot + 1]!) >>> 0;
  const full = ICMP_BURST * ICMP_TOKEN_TICKS;
  const refilled = view.icmpLimits[2 * slot]! + elapsed;
  const tokens = fresh || refilled > full ? full : refilled;
  const allow = tokens >= ICMP_TOKEN_TICKS;
  view.icmpLimits[2 * slot] = allow ? tokens - ICMP_TOKEN_TICKS : tokens;
  view.icmpLimits[2 * slot + 1] = now;
  return allow;
}
