import { describeEcho, echoRest, type Icmp } from "./icmp.ts";

/**
 * ICMPv6 (RFC 4443): the shape of ICMP, other numbers, and a checksum over the pseudo header too.
 * icmp.ts encodes and decodes it, given that sum.
 */

export const ICMPV6_TYPE = {
  unreachable: 1,
  packetTooBig: 2,
  timeExceeded: 3,
  parameterProblem: 4,
  echoRequest: 128,
  echoReply: 129,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
} as const;

/** Codes of "destination unreachable" (RFC 4443 section 3.1). */
export const UNREACHABLE_V6 = { noRoute: 0, prohibited: 1, address: 3, port: 4 } as const;

const UNREACHABLE_NAMES: ReadonlyMap<number, string> = new Map([
  [UNREACHABLE_V6.noRoute, "no route"],
  [UNREACHABLE_V6.prohibited, "admin prohibited"],
  [UNREACHABLE_V6.address, "address unreachable"],
  [UNREACHABLE_V6.port, "port unreachable"],
]);

export function echoRequestV6(id: number, sequence: number, body: Uint8Array): Icmp {
  return { type: ICMPV6_TYPE.echoRequest, code: 0, rest: echoRest(id, sequence), body };
}

export function echoReplyV6(id: number, sequence: number, body: Uint8Array): Icmp {
  return { type: ICMPV6_TYPE.echoReply, code: 0, rest: echoRest(id, sequence), body };
}

/** `code` is one of UNREACHABLE_V6; `quoted` the start of the packet that could not go on. */
export function unreachableV6(code: number, quoted: Uint8Array): Icmp {
  return { type: ICMPV6_TYPE.unreachable, code, rest: 0, body: quoted };
}

/** RFC 4443 section 3.2; the MTU of the next hop is in bytes. */
export function packetTooBig(mtu: number, quoted: Uint8Array): Icmp {
  return { type: ICMPV6_TYPE.packetTooBig, code: 0, rest: mtu, body: quoted };
}

/** Code 0 in transit, 1 in reassembly. */
export function timeExceededV6(code: number, quoted: Uint8Array): Icmp {
  return { type: ICMPV6_TYPE.timeExceeded, code, rest: 0, body: quoted };
}

/**
 * Whether the message is an error and so quotes a packet (RFC 4443 section 2.1: the high bit is 0).
 */
export function isIcmpv6Error(type: number): boolean {
  return type < 128;
}

/** "icmp6 echo request id 7 seq 1", "icmp6 packet too big mtu 1480". */
export function describeIcmpv6(message: Icmp): string {
  const { type, code, rest } = message;
  switch (type) {
    case ICMPV6_TYPE.echoRequest:
      return `icmp6 echo request ${describeEcho(rest)}`;
    case ICMPV6_TYPE.echoReply:
      return `icmp6 echo reply ${describeEcho(rest)}`;
    case ICMPV6_TYPE.unreachable:
      return `icmp6 ${UNREACHABLE_NAMES.get(code) ?? `unreachable code ${code}`}`;
    case ICMPV6_TYPE.packetTooBig:
      return `icmp6 packet too big mtu ${rest}`;
    case ICMPV6_TYPE.timeExceeded:
      return `icmp6 time exceeded ${code === 0 ? "in-transit" : "in reassembly"}`;
    case ICMPV6_TYPE.neighbourSolicitation:
      return "icmp6 neighbor solicitation";
    case ICMPV6_TYPE.neighbourAdvertisement:
      return "icmp6 neighbor advertisement";
    default:
      return `icmp6 type ${type} code ${code}`;
  }
}
