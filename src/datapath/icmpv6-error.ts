import { checksum, pseudoHeaderSum } from "../wire/checksum.ts";
import type { IcmpReason } from "./icmp-error.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import { IPPROTO_ICMPV6 } from "./protocol.ts";
import { wordBytes } from "./tuple.ts";

/** ICMPv6 errors to the client (RFC 4443; xdp/icmpv6-error.h), from the virtual address. */

const IPV6_HEADER = 40;
const ICMP_HEADER = 8;

/** RFC 4443 section 2.4 (c): as much of the packet as fits the least MTU of IPv6. */
const QUOTE_MAX = 1280 - IPV6_HEADER - ICMP_HEADER;

/** RFC 4443 sections 3.1 to 3.3. */
const TYPE_AND_CODE: Record<IcmpReason, readonly [number, number]> = {
  "no-server": [1, 4],
  "no-connection": [1, 4],
  unreachable: [1, 3],
  "frag-needed": [2, 0],
  "too-big": [2, 0],
  "ttl-exceeded": [3, 0],
};

export function icmpv6Error(
  packet: Packet,
  frame: Uint8Array,
  error: { readonly reason: IcmpReason; readonly mtu?: number },
): Uint8Array {
  const { client, virtual } = packet.tuple;
  const quoted = Math.min(packet.length, QUOTE_MAX);
  const answer = new Uint8Array(ETHERNET_HEADER + IPV6_HEADER + ICMP_HEADER + quoted);
  const data = new DataView(answer.buffer);
  const ip = ETHERNET_HEADER;
  const icmp = ip + IPV6_HEADER;
  answer.set(frame.subarray(6, 12), 0);
  answer.set(frame.subarray(0, 6), 6);
  answer.set([0x86, 0xdd], 12);
  answer[ip] = 0x60;
  data.setUint16(ip + 4, ICMP_HEADER + quoted);
  answer[ip + 6] = IPPROTO_ICMPV6;
  answer[ip + 7] = 64;
  answer.set(wordBytes(virtual), ip + 8);
  answer.set(wordBytes(client), ip + 24);
  answer.set(TYPE_AND_CODE[error.reason], icmp);
  data.setUint32(icmp + 4, error.mtu ?? 0);
  answer.set(frame.subarray(ETHERNET_HEADER, ETHERNET_HEADER + quoted), icmp + ICMP_HEADER);
  const message = answer.subarray(icmp);
  const [source, destination] = [wordBytes(virtual), wordBytes(client)];
  const pseudo = pseudoHeaderSum(source, destination, IPPROTO_ICMPV6, message.length);
  data.setUint16(icmp + 2, checksum(message, pseudo));
  return answer;
}
