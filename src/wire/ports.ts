import { readU16 } from "./bytes.ts";
import { PROTOCOL } from "./protocol.ts";

export interface Ports {
  readonly sourcePort: number;
  readonly destinationPort: number;
}

const PORTS_BYTES = 4;

/**
 * The first four bytes of TCP, UDP and SCTP, which all begin with their ports: all that a first
 * fragment or the quotation in an ICMP error is sure to hold. Undefined for other protocols, or
 * when fewer bytes are there.
 */
export function readPorts(protocol: number, segment: Uint8Array): Ports | undefined {
  if (!hasPorts(protocol) || segment.length < PORTS_BYTES) return undefined;
  return { sourcePort: readU16(segment, 0), destinationPort: readU16(segment, 2) };
}

function hasPorts(protocol: number): boolean {
  return protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp || protocol === PROTOCOL.sctp;
}
