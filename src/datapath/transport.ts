import { IPPROTO_TCP, IPPROTO_UDP } from "./protocol.ts";
import type { Reason } from "./reason.ts";

/** The transport header of a packet, as far as a balancer looks into it (xdp/transport.h). */

const TCP_HEADER = 20;
const UDP_HEADER = 8;
const ICMP_HEADER = 8;

export interface TransportAt {
  readonly protocol: number;
  /** The number that ICMP has in this family. */
  readonly icmp: number;
  /** Where it begins and where the packet ends, in bytes of the frame. */
  readonly transport: number;
  readonly end: number;
  /** A later fragment has none. */
  readonly later: boolean;
}

export interface Transport {
  /** As they lie in the packet; 0 of ICMP and of later fragments. */
  readonly ports: number;
  readonly tcpFlags: number;
}

export function readTransport(data: DataView, at: TransportAt): Transport | Reason {
  const { protocol, transport, end } = at;
  const size = sizeOf(protocol, at.icmp);
  if (size === undefined) return "other-protocol";
  if (at.later) return { ports: 0, tcpFlags: 0 };
  if (end < transport + size) return "malformed";
  if (protocol === at.icmp) return { ports: 0, tcpFlags: 0 };
  return {
    ports: data.getUint32(transport, true),
    tcpFlags: protocol === IPPROTO_TCP ? data.getUint8(transport + 13) : 0,
  };
}

function sizeOf(protocol: number, icmp: number): number | undefined {
  if (protocol === IPPROTO_TCP) return TCP_HEADER;
  if (protocol === IPPROTO_UDP) return UDP_HEADER;
  return protocol === icmp ? ICMP_HEADER : undefined;
}
