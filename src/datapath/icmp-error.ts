import { checksum } from "../wire/checksum.ts";
import { ICMP_LIMITS } from "./layout.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import type { Reason } from "./reason.ts";
import type { View } from "./tables.ts";

/**
 * ICMP errors to the client (RFC 792, RFC 1812 section 4.3.2), made of the packet that caused them
 * and sent back the way it came (xdp/icmp-error.h).
 */

/** As much of the packet as fits 576 bytes with the new headers: net/ipv4/icmp.c. */
const ICMP_HEADERS = 28;
const ICMP_QUOTE_MAX = 576 - ICMP_HEADERS;

/** Per client one error a second after a burst of six: inet_peer_xrlim_allow(), icmp_ratelimit. */
const ICMP_TOKEN_TICKS = 953;
const ICMP_BURST = 6;

const TYPE_AND_CODE = {
  "no-server": [3, 3],
  unreachable: [3, 1],
  "frag-needed": [3, 4],
  "ttl-exceeded": [11, 0],
} as const satisfies Partial<Record<Reason, readonly [number, number]>>;

export type IcmpReason = keyof typeof TYPE_AND_CODE;

/** The frame that answers, or undefined when this client gets no more of them now. */
export function icmpError(
  view: View,
  packet: Packet,
  frame: Uint8Array,
  error: { readonly reason: IcmpReason; readonly mtu?: number },
  now: number,
): Uint8Array | undefined {
  if (!mayAnswer(packet.client) || !allowed(view, packet.client, now)) return undefined;
  const quote = frame.subarray(
    ETHERNET_HEADER,
    ETHERNET_HEADER + Math.min(packet.length, ICMP_QUOTE_MAX),
  );
  const answer = new Uint8Array(ETHERNET_HEADER + ICMP_HEADERS + quote.length);
  answer.set(frame.subarray(6, 12), 0);
  answer.set(frame.subarray(0, 6), 6);
  answer.set([0x08, 0x00], 12);
  answer.set(ipHeader(packet, quote), ETHERNET_HEADER);
  answer.set(icmpMessage(error.reason, error.mtu ?? 0, quote), ETHERNET_HEADER + 20);
  return answer;
}

function ipHeader(packet: Packet, quote: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x45;
  bytes[1] = 0xc0; // RFC 1812 section 4.3.2.5: precedence 6
  view.setUint16(2, ICMP_HEADERS + quote.length);
  bytes.set(quote.subarray(4, 6), 4);
  bytes[8] = 64;
  bytes[9] = 1;
  view.setUint32(12, packet.virtual, true);
  view.setUint32(16, packet.client, true);
  view.setUint16(10, checksum(bytes));
  return bytes;
}

function icmpMessage(reason: IcmpReason, mtu: number, quote: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + quote.length);
  const view = new DataView(bytes.buffer);
  bytes.set(TYPE_AND_CODE[reason]);
  view.setUint16(6, mtu);
  bytes.set(quote, 8);
  view.setUint16(2, checksum(bytes));
  return bytes;
}

/** No errors to what is not one host: RFC 1122 section 3.2.2. */
function mayAnswer(client: number): boolean {
  const first = client & 0xff;
  return first !== 0 && first !== 127 && first < 224;
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
