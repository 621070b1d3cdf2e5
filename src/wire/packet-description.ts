import { endpoint } from "./address.ts";
import { decodeGre, describeGre } from "./gre.ts";
import { describeIcmp, type Icmp, isIcmpError } from "./icmp.ts";
import { describeIcmpv6, isIcmpv6Error } from "./icmpv6.ts";
import { describeIpv4Fragment } from "./ipv4.ts";
import { describeIpv6Fragment, findUpper } from "./ipv6-extension.ts";
import { describeNeighbourMessage, readNeighbourMessage } from "./neighbour-discovery.ts";
import { type Packet, parseNetworkLayer, parsePacket } from "./packet.ts";
import { ETHERTYPE, PROTOCOL, protocolName } from "./protocol.ts";
import { decodeQuotation, describeQuotation } from "./quotation.ts";
import { describeSctp } from "./sctp.ts";
import { describeTcp } from "./tcp.ts";
import { describeUdp } from "./udp.ts";

/** Tunnels in tunnels are told this deep. */
const DEPTH_MAX = 4;

/**
 * One line about an IP datagram, as tcpdump would have it:
 * "192.168.150.1:40001 > 192.168.150.100:80 S seq 1000 win 64240".
 */
function describePacket(packet: Packet, depth = 0): string {
  const { ip, ports } = packet;
  const from = ports === undefined ? ip.source : endpoint(ip.source, ports.sourcePort);
  const to = ports === undefined ? ip.destination : endpoint(ip.destination, ports.destinationPort);
  return `${from} > ${to} ${describeContent(packet, depth)}`;
}

/**
 * The same for bytes, whatever they are: says what is malformed and tells the rest. Never throws.
 */
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
  const { ip, protocol, transport, tcp, udp, sctp, icmp } = packet;
  if (packet.fragment) {
    return `${protocolName(protocol)} length ${transport.length}${describeFragment(packet)}`;
  }
  if (tcp !== undefined) return describeTcp(tcp);
  if (udp !== undefined) return describeUdp(udp);
  if (sctp !== undefined) return describeSctp(sctp);
  if (icmp !== undefined) return describeIcmpMessage(icmp, ip.version);
  if (depth < DEPTH_MAX) {
    if (protocol === PROTOCOL.ipip || protocol === PROTOCOL.ipv6) {
      return `${protocolName(protocol)} (${describeDatagram(transport, depth + 1)})`;
    }
    if (protocol === PROTOCOL.gre) return describeGrePayload(transport, depth);
  }
  return `${protocolName(protocol)} length ${transport.length}`;
}

function describeGrePayload(transport: Uint8Array, depth: number): string {
  const gre = decodeGre(transport);
  if (!gre.ok) return `gre length ${transport.length} [${gre.fault.message}]`;
  const { type, payload } = gre.value;
  const tunnel = type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6;
  return tunnel ? `gre (${describeDatagram(payload, depth + 1)})` : describeGre(gre.value);
}

function describeIcmpMessage(icmp: Icmp, version: 4 | 6): string {
  if (version === 6) {
    const neighbour = readNeighbourMessage(icmp);
    if (neighbour.ok) return describeNeighbourMessage(neighbour.value);
  }
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
