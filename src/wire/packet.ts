import { failure, type Result, success } from "../base/fault.ts";
import { addressBytes } from "./address.ts";
import { pseudoHeaderSum } from "./checksum.ts";
import { decodeIcmp, type Icmp } from "./icmp.ts";
import { decodeIpv4, type Ipv4 } from "./ipv4.ts";
import { decodeIpv6, type Ipv6 } from "./ipv6.ts";
import { findUpper } from "./ipv6-extension.ts";
import { type Ports, readPorts } from "./ports.ts";
import { type ChecksumPolicy, PROTOCOL } from "./protocol.ts";
import { decodeSctp, type Sctp } from "./sctp.ts";
import { decodeTcp, type Tcp } from "./tcp.ts";
import { decodeUdp, type Udp } from "./udp.ts";

/** An IP datagram with what it carries. At most one transport is there. */
export interface Packet {
  readonly ip: Ipv4 | Ipv6;
  /** Of the transport, behind any extension headers of IPv6. */
  readonly protocol: number;
  /** The bytes of the transport, header included. */
  readonly transport: Uint8Array;
  /** Whether this is one of several parts of a datagram: then only the first has ports. */
  readonly fragment: boolean;
  readonly ports?: Ports;
  readonly tcp?: Tcp;
  readonly udp?: Udp;
  readonly sctp?: Sctp;
  /** ICMP under IPv4, ICMPv6 under IPv6. */
  readonly icmp?: Icmp;
}

/**
 * An IP datagram and its transport, whose checksums are verified unless told to "trust". The
 * transport of a fragment is not decoded, because it is not whole.
 *
 * Faults: TRUNCATED, BAD_VERSION, BAD_HEADER_LENGTH, BAD_LENGTH, BAD_CHECKSUM.
 */
export function parsePacket(bytes: Uint8Array, policy: ChecksumPolicy = "verify"): Result<Packet> {
  const outer = parseNetworkLayer(bytes, policy);
  if (!outer.ok || outer.value.fragment) return outer;
  const { ip, protocol, transport } = outer.value;
  switch (protocol) {
    case PROTOCOL.tcp: {
      const tcp = decodeTcp(transport, verifiable(outer.value, policy));
      return tcp.ok ? success({ ...outer.value, tcp: tcp.value }) : tcp;
    }
    case PROTOCOL.udp: {
      const udp = decodeUdp(transport, verifiable(outer.value, policy));
      return udp.ok ? success({ ...outer.value, udp: udp.value }) : udp;
    }
    case PROTOCOL.sctp: {
      const sctp = decodeSctp(transport, policy);
      return sctp.ok ? success({ ...outer.value, sctp: sctp.value }) : sctp;
    }
    case icmpProtocol(ip.version): {
      const icmp = decodeIcmp(transport, verifiable(outer.value, policy));
      return icmp.ok ? success({ ...outer.value, icmp: icmp.value }) : icmp;
    }
    default:
      return outer;
  }
}

/**
 * The same without a look into the transport beyond its ports.
 *
 * Faults: TRUNCATED, BAD_VERSION, BAD_HEADER_LENGTH, BAD_LENGTH, BAD_CHECKSUM (of the IPv4 header).
 */
export function parseNetworkLayer(
  bytes: Uint8Array,
  policy: ChecksumPolicy = "verify",
): Result<Packet> {
  const version = bytes.length === 0 ? 4 : bytes[0]! >> 4;
  if (version === 4) {
    const ip = decodeIpv4(bytes, policy);
    if (!ip.ok) return ip;
    const { protocol, payload, moreFragments, fragmentOffset } = ip.value;
    const fragment = moreFragments || fragmentOffset > 0;
    return success(withPorts(ip.value, protocol, payload, fragment, fragmentOffset));
  }
  if (version === 6) {
    const ip = decodeIpv6(bytes);
    if (!ip.ok) return ip;
    const upper = findUpper(ip.value.nextHeader, ip.value.payload);
    if (!upper.ok) return upper;
    const { protocol, at, fragment } = upper.value;
    // RFC 6946: a fragment header on a whole packet makes no fragment of it.
    const part = fragment !== undefined && (fragment.moreFragments || fragment.offset > 0);
    const transport = ip.value.payload.subarray(at);
    return success(withPorts(ip.value, protocol, transport, part, fragment?.offset ?? 0));
  }
  return failure("BAD_VERSION", `datagram says IP version ${version}`);
}

/**
 * The sum to give to a transport's encoder or decoder, for `length` bytes between these addresses.
 */
export function transportPseudoHeader(
  ip: { readonly source: string; readonly destination: string },
  protocol: number,
  length: number,
): number {
  // ICMP over IPv4 alone has none (RFC 792).
  if (protocol === PROTOCOL.icmp) return 0;
  return pseudoHeaderSum(addressBytes(ip.source), addressBytes(ip.destination), protocol, length);
}

export function icmpProtocol(version: 4 | 6): number {
  return version === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
}

/** The pseudo header's sum to verify against, or nothing where checksums are trusted. */
function verifiable(packet: Packet, policy: ChecksumPolicy): number | undefined {
  if (policy === "trust") return undefined;
  const { ip, protocol, transport } = packet;
  return transportPseudoHeader(ip, protocol, transport.length);
}

function withPorts(
  ip: Ipv4 | Ipv6,
  protocol: number,
  transport: Uint8Array,
  fragment: boolean,
  offset: number,
): Packet {
  const packet = { ip, protocol, transport, fragment };
  const ports = offset === 0 ? readPorts(protocol, transport) : undefined;
  return ports === undefined ? packet : { ...packet, ports };
}
