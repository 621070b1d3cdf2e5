import { assert } from "../base/assert.ts";
import { failure, type Result, success } from "../base/fault.ts";
import { type Arp, decodeArp, describeArp, encodeArp } from "./arp.ts";
import { decodeEthernet, describeEthernet, type Ethernet, encodeEthernet } from "./ethernet.ts";
import { type Packet, parsePacket } from "./packet.ts";
import { type PacketSpec, packet } from "./packet-builder.ts";
import { describeDatagram } from "./packet-description.ts";
import { type ChecksumPolicy, ETHERTYPE } from "./protocol.ts";

/** An Ethernet frame with what it carries: an ARP packet, an IP datagram, or neither. */
export interface Frame extends Partial<Packet> {
  readonly eth: Ethernet;
  readonly arp?: Arp;
}

/** A frame to build: `arp`, or `ip` with a transport (packet-builder.ts). */
export type FrameSpec = {
  readonly eth: Pick<Ethernet, "source" | "destination">;
} & ({ readonly arp: Arp } | (PacketSpec & { readonly arp?: never }));

/**
 * The bytes of a frame with right lengths and checksums, not padded: `frame({ eth: { source,
 * destination }, ip: { source, destination }, tcp: { … }, payload: "GET" })`.
 */
export function frame(spec: FrameSpec): Uint8Array {
  if (spec.arp !== undefined) {
    return encodeEthernet({ ...spec.eth, type: ETHERTYPE.arp, payload: encodeArp(spec.arp) });
  }
  return frameAround(spec.eth, packet(spec));
}

/** A frame around an IP datagram that is already there, whose version decides the EtherType. */
export function frameAround(
  eth: Pick<Ethernet, "source" | "destination">,
  datagram: Uint8Array,
): Uint8Array {
  assert(datagram.length > 0, "a datagram that is not empty");
  const type = datagram[0]! >> 4 === 6 ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4;
  return encodeEthernet({ ...eth, type, payload: datagram });
}

/**
 * A whole frame. Other EtherTypes than ARP and IP are left in `eth.payload`.
 *
 * Faults: those of parsePacket and decodeArp; BAD_VERSION also when EtherType and datagram
 * disagree.
 */
export function parseFrame(bytes: Uint8Array, policy: ChecksumPolicy = "verify"): Result<Frame> {
  const eth = decodeEthernet(bytes);
  if (!eth.ok) return eth;
  const { type, payload } = eth.value;
  if (type === ETHERTYPE.arp) {
    const arp = decodeArp(payload);
    return arp.ok ? success({ eth: eth.value, arp: arp.value }) : arp;
  }
  if (type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6) {
    const contradiction = versionFault(type, payload);
    if (contradiction !== undefined) return contradiction;
    const datagram = parsePacket(payload, policy);
    return datagram.ok ? success({ eth: eth.value, ...datagram.value }) : datagram;
  }
  return success({ eth: eth.value });
}

/**
 * One line about a frame, whatever it is: what tcpdump would print, and in brackets what is
 * malformed. Never throws.
 */
export function describeFrame(bytes: Uint8Array): string {
  const eth = decodeEthernet(bytes);
  if (!eth.ok) return `frame length ${bytes.length} [${eth.fault.message}]`;
  const { type, payload } = eth.value;
  if (type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6) {
    const contradiction = versionFault(type, payload);
    const line = describeDatagram(payload);
    return contradiction === undefined ? line : `${line} [${contradiction.fault.message}]`;
  }
  if (type === ETHERTYPE.arp) {
    const arp = decodeArp(payload);
    return arp.ok ? describeArp(arp.value) : `arp [${arp.fault.message}]`;
  }
  return `${describeEthernet(eth.value)} length ${payload.length}`;
}

/** The version of the datagram must be the one that the EtherType promises. */
function versionFault(type: number, datagram: Uint8Array) {
  const promised = type === ETHERTYPE.ipv4 ? 4 : 6;
  const version = datagram.length === 0 ? promised : datagram[0]! >> 4;
  if (version === promised) return undefined;
  return failure("BAD_VERSION", `EtherType says IPv${promised}, the datagram IPv${version}`);
}
