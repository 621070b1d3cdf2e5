import { checksum } from "../wire/checksum.ts";
import { mayTell } from "./icmp-limit.ts";
import { icmpv6Error } from "./icmpv6-error.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from "./protocol.ts";
import type { Reason } from "./reason.ts";
import type { View } from "./tables.ts";

/**
 * ICMP errors to the client (RFC 792, RFC 1812 section 4.3.2), made of the packet that caused them
 * and sent back the way it came (xdp/icmp-error.h). Those of IPv6 are in icmpv6-error.ts.
 */

/** As much of the packet as fits 576 bytes with the new headers: net/ipv4/icmp.c. */
const ICMP_HEADERS = 28;
const ICMP_QUOTE_MAX = 576 - ICMP_HEADERS;

const TYPE_AND_CODE = {
  "no-server": [3, 3],
  "no-connection": [3, 3],
  unreachable: [3, 1],
  "frag-needed": [3, 4],
  "too-big": [3, 4],
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
  const { family } = packet.tuple;
  if (!mayCause(packet)) return undefined;
  const ofMtu = error.reason === "frag-needed" || error.reason === "too-big";
  if (!mayTell(view, packet.tuple, ofMtu, now)) return undefined;
  if (family === 6) return icmpv6Error(packet, frame, error);
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

/**
 * No errors about errors: RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e). Of a packet's fragments
 * only the first causes one; RFC 4443 does not say so of IPv6.
 */
function mayCause({ tuple, fragment }: Packet): boolean {
  if (tuple.protocol === IPPROTO_ICMP || tuple.protocol === IPPROTO_ICMPV6) return false;
  return tuple.family === 6 || fragment !== "later";
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
  view.setUint32(12, packet.tuple.virtual[3], true);
  view.setUint32(16, packet.tuple.client[3], true);
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
