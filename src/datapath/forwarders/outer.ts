import { isMapped } from "../../wire/address.ts";
import { checksum } from "../../wire/checksum.ts";
import { ETHERNET_HEADER, type Packet } from "../packet.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../protocol.ts";
import type { View } from "../tables.ts";
import { timeToLive } from "../time-to-live.ts";

/**
 * The outer IP header of a tunnel (xdp/forwarders/outer.h). TTL and TOS are those of the packet
 * inside, with the congestion bits of RFC 3168 section 9.1.1; DF is copied as long as the path's
 * MTU is to be found (pmtu_disc), so that whoever sends too much hears of it.
 */
export interface OuterEnds {
  readonly family: 4 | 6;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

export interface OuterContent {
  readonly protocol: number;
  /** Bytes behind the outer header. */
  readonly length: number;
  readonly keepsDf: boolean;
}

/** The addresses that the tunnel is between, as they lie in a packet. */
export function outerEnds(view: View, server: number): OuterEnds {
  const index = view.servers.get(server, "tunnel_source");
  const source = view.tunnelSources.bytes(index, "address");
  const destination = view.servers.bytes(server, "address");
  if (!isMapped(destination)) return { family: 6, source, destination };
  return { family: 4, source: source.subarray(12), destination: destination.subarray(12) };
}

export function outerHeader(
  packet: Packet,
  frame: Uint8Array,
  ends: OuterEnds,
  content: OuterContent,
): Uint8Array {
  return ends.family === 4
    ? outerIpv4(packet, frame, ends, content)
    : outerIpv6(packet, frame, ends, content);
}

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const DF = 0x4000;

function outerIpv4(
  packet: Packet,
  frame: Uint8Array,
  { source, destination }: OuterEnds,
  { protocol, length, keepsDf }: OuterContent,
): Uint8Array {
  const header = new Uint8Array(IPV4_HEADER);
  const data = new DataView(header.buffer);
  const inner = new DataView(frame.buffer, frame.byteOffset + ETHERNET_HEADER);
  const df = packet.tuple.family === 4 && keepsDf && (inner.getUint16(6) & DF) !== 0;
  header[0] = 0x45;
  header[1] = outerTrafficClass(packet, inner);
  data.setUint16(2, IPV4_HEADER + length);
  // RFC 6864 section 4: an identification matters only to what may be fragmented.
  data.setUint16(4, df ? 0 : outerIdentification(packet, inner));
  data.setUint16(6, df ? DF : 0);
  header[8] = timeToLive(packet, frame);
  header[9] = protocol;
  header.set(source, 12);
  header.set(destination, 16);
  data.setUint16(10, checksum(header));
  return header;
}

function outerIpv6(
  packet: Packet,
  frame: Uint8Array,
  { source, destination }: OuterEnds,
  { protocol, length }: OuterContent,
): Uint8Array {
  const header = new Uint8Array(IPV6_HEADER);
  const data = new DataView(header.buffer);
  const inner = new DataView(frame.buffer, frame.byteOffset + ETHERNET_HEADER);
  data.setUint32(0, ((6 << 28) | (outerTrafficClass(packet, inner) << 20)) >>> 0);
  data.setUint16(4, length);
  header[6] = protocol;
  header[7] = timeToLive(packet, frame);
  header.set(source, 8);
  header.set(destination, 24);
  return header;
}

/** INET_ECN_encapsulate(): "congestion experienced" outside is for routers on this way to say. */
function outerTrafficClass({ tuple }: Packet, inner: DataView): number {
  const inside = tuple.family === 4 ? inner.getUint8(1) : (inner.getUint16(0) >> 4) & 0xff;
  return (inside & 3) === 3 ? (inside & ~3) | 2 : inside;
}

/**
 * What differs from packet to packet: IPv4 has an identification of its own; of IPv6 the checksum
 * that it carries will do, or its fragments' identification.
 */
function outerIdentification({ tuple, transport, fragment, fragmentId }: Packet, inner: DataView) {
  if (tuple.family === 4) return inner.getUint16(4);
  if (fragment !== "none") return fragmentId >>> 16;
  return inner.getUint16(transport - ETHERNET_HEADER + checksumAt(tuple.protocol));
}

function checksumAt(protocol: number): number {
  if (protocol === IPPROTO_TCP) return 16;
  return protocol === IPPROTO_UDP ? 6 : 2;
}
