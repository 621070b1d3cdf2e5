import { endpoint } from "./address.ts";
import { describeIcmp, type Icmp, isIcmpError } from "./icmp.ts";
import { describeIcmpv6, isIcmpv6Error } from "./icmpv6.ts";
import { describeIpv4Fragment } from "./ipv4.ts";
import { describeIpv6Fragment, findUpper } from "./ipv6-extension.ts";
import { type Packet, parseNetworkLayer, parsePacket } from "./packet.ts";
import { PROTOCOL, protocolName } from "./protocol.ts";
import { decodeQuotation, describeQuotation } from "./quotation.ts";
import { describeTcp } from "./tcp.ts";
import { describeUdp } from "./udp.ts";

/** Tunnels in tunnels are told this deep. */
const DEPTH_MAX = 4;

/**
 * One line about an IP datagram, as tcpdump would have it:
 * "192.168.150.1:40001 > 192.168.150.100:80 S seq 1000 win 64240".
 */
export function describePacket(packet: Packet, depth = 0): string {
  const { ip, ports } = packet;
  const from = ports === undefined ? ip.source : endpoint(ip.source, ports.sourcePort);
  const to = ports === undefined ? ip.destination : endpoint(ip.destination, ports.destinationPort);
  return `${from} > ${to} ${describeContent(packet, depth)}`;
}

/** The same for bytes, whatever they are: says what is malformed and tells the rest. Never throws. */
export function describeDatagram(bytes: Uint8Array, depth = 0): string {
  const strict = parsePacket(bytes);
  if (strict.ok) return describePacket(strict.value, depth);
  const { message } = strict.fault;
  const lenient = parsePacket(bytes, "trust");
  if (lenient.ok) return `${describePacket(lenient.value, depth)} [${message}]`;
  const outer = parseNetworkLayer(bytes, "trust");
  if (outer.ok) return `${describePacket(outer.value, depth)} [${message}]`;
  // A datagram cut short by a capture or a bad length reads like one that ICMP quotes.
  const start = decodeQuotation(bytes);
  if (start.ok) return `${describeQuotation(start.value)} [${message}]`;
  return `ip length ${bytes.length} [${message}]`;
}

function describeContent(packet: Packet, depth: number): string {
  const { ip, protocol, transport, tcp, udp, icmp } = packet;
  if (packet.fragment) {
    return `${protocolName(protocol)} length ${transport.length}${describeFragment(packet)}`;
  }
  if (tcp !== undefined) return describeTcp(tcp);
  if (udp !== undefined) return describeUdp(udp);
  if (icmp !== undefined) return describeIcmpMessage(icmp, ip.version);
  const tunnel = protocol === PROTOCOL.ipip || protocol === PROTOCOL.ipv6;
  if (tunnel && depth < DEPTH_MAX) {
    return `${protocolName(protocol)} (${describeDatagram(transport, depth + 1)})`;
  }
  return `${protocolName(protocol)} length ${transport.length}`;
}

function describeIcmpMessage(icmp: Icmp, version: 4 | 6): string {
  const line = version === 4 ? describeIcmp(icmp) : describeIcmpv6(icmp);
  const quotes = version === 4 ? isIcmpError(icmp.type) : isIcmpv6Error(icmp.type);
  if (!quotes) return line;
  const quotation = decodeQuotation(icmp.body);
  if (!quotation.ok) return `${line} [quoted: ${quotation.fault.message}]`;
  return `${line} about ${describeQuotation(quotation.value)}`;
}

function describeFragment({ ip }: Packet): string {
  if (ip.version === 4) return describeIpv4Fragment(ip);
  const upper = findUpper(ip.nextHeader, ip.payload);
  return upper.ok && upper.value.fragment !== undefined
    ? describeIpv6Fragment(upper.value.fragment)
    : "";
}
