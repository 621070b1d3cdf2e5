import { assert } from "../base/assert.ts";
import { familyOf } from "./address.ts";
import { concat } from "./bytes.ts";
import { encodeIcmp, ICMP_BYTES, type Icmp } from "./icmp.ts";
import { encodeIpv4, type Ipv4Header } from "./ipv4.ts";
import { encodeIpv6, type Ipv6Header } from "./ipv6.ts";
import { icmpProtocol, transportPseudoHeader } from "./packet.ts";
import { PROTOCOL } from "./protocol.ts";
import { encodeSctp, type Sctp } from "./sctp.ts";
import { encodeTcp, TCP_BYTES, type Tcp, type TcpFlag } from "./tcp.ts";
import { encodeUdp, UDP_BYTES, type Udp } from "./udp.ts";

interface Ends {
  readonly source: string;
  readonly destination: string;
}

/** The family follows from the addresses; the protocol from the transport, if one is given. */
export type IpSpec = Ends &
  Partial<Omit<Ipv4Header, "version" | keyof Ends>> &
  Partial<Pick<Ipv6Header, "flowLabel">> & {
    /** IPv6 only: encoded extension headers, and the protocol number of the first of them. */
    readonly extensions?: { readonly nextHeader: number; readonly bytes: Uint8Array };
  };

export type TcpSpec = Pick<Tcp, "sourcePort" | "destinationPort"> &
  Partial<Omit<Tcp, "flags" | "payload">> & { readonly flags?: readonly TcpFlag[] };

export type UdpSpec = Pick<Udp, "sourcePort" | "destinationPort"> &
  Partial<Pick<Udp, "checksummed">>;

/** An IP datagram to build: give what matters, the rest is what a Linux host would send. */
export interface PacketSpec {
  readonly ip: IpSpec;
  readonly tcp?: TcpSpec;
  readonly udp?: UdpSpec;
  /** Its chunks stand in place of a payload. */
  readonly sctp?: Sctp;
  readonly icmp?: Icmp;
  /** Text goes out as UTF-8. Without a transport it follows the IP header. */
  readonly payload?: Uint8Array | string;
}

const TTL = 64;
const WINDOW = 64240;
const EMPTY = new Uint8Array(0);

/** The bytes of an IP datagram with right lengths and checksums. */
export function packet(spec: PacketSpec): Uint8Array {
  const { ip } = spec;
  const family = familyOf(ip.source);
  assert(family !== undefined && family === familyOf(ip.destination), "one family", ip);
  const { protocol, bytes } = buildTransport(spec, family);
  const trafficClass = ip.trafficClass ?? 0;
  const { source, destination } = ip;
  if (family === 4) {
    return encodeIpv4({
      version: 4,
      trafficClass,
      id: ip.id ?? 0,
      // Linux sets it on all but fragments (path MTU discovery, RFC 1191).
      dontFragment: ip.dontFragment ?? !(ip.moreFragments || ip.fragmentOffset),
      moreFragments: ip.moreFragments ?? false,
      fragmentOffset: ip.fragmentOffset ?? 0,
      ttl: ip.ttl ?? TTL,
      protocol,
      source,
      destination,
      options: ip.options ?? EMPTY,
      payload: bytes,
    });
  }
  return encodeIpv6({
    version: 6,
    trafficClass,
    flowLabel: ip.flowLabel ?? 0,
    nextHeader: ip.extensions?.nextHeader ?? protocol,
    hopLimit: ip.ttl ?? TTL,
    source,
    destination,
    payload: concat(ip.extensions?.bytes ?? EMPTY, bytes),
  });
}

function buildTransport(
  spec: PacketSpec,
  family: 4 | 6,
): { readonly protocol: number; readonly bytes: Uint8Array } {
  const payload = payloadBytes(spec.payload);
  const pseudo = (protocol: number, header: number) =>
    transportPseudoHeader(spec.ip, protocol, header + payload.length);
  if (spec.tcp !== undefined) {
    const segment = completeTcp(spec.tcp, payload);
    const header = TCP_BYTES + segment.options.length;
    return { protocol: PROTOCOL.tcp, bytes: encodeTcp(segment, pseudo(PROTOCOL.tcp, header)) };
  }
  if (spec.udp !== undefined) {
    const datagram = { ...spec.udp, checksummed: spec.udp.checksummed ?? true, payload };
    return { protocol: PROTOCOL.udp, bytes: encodeUdp(datagram, pseudo(PROTOCOL.udp, UDP_BYTES)) };
  }
  if (spec.icmp !== undefined) {
    const protocol = icmpProtocol(family);
    const message = { ...spec.icmp, body: concat(spec.icmp.body, payload) };
    const sum = transportPseudoHeader(spec.ip, protocol, ICMP_BYTES + message.body.length);
    return { protocol, bytes: encodeIcmp(message, sum) };
  }
  if (spec.sctp !== undefined) return { protocol: PROTOCOL.sctp, bytes: encodeSctp(spec.sctp) };
  assert(spec.ip.protocol !== undefined, "a protocol where no transport is given", spec.ip);
  return { protocol: spec.ip.protocol, bytes: payload };
}

function completeTcp(spec: TcpSpec, payload: Uint8Array): Tcp {
  return {
    sourcePort: spec.sourcePort,
    destinationPort: spec.destinationPort,
    sequence: spec.sequence ?? 0,
    acknowledgment: spec.acknowledgment ?? 0,
    flags: new Set(spec.flags ?? []),
    window: spec.window ?? WINDOW,
    urgent: spec.urgent ?? 0,
    options: spec.options ?? EMPTY,
    payload,
  };
}

function payloadBytes(payload: Uint8Array | string | undefined): Uint8Array {
  if (payload === undefined) return EMPTY;
  return typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
}
