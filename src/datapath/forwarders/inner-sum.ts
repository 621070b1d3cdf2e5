import { fold, pseudoHeaderSum, sum } from "../../wire/checksum.ts";
import { ETHERNET_HEADER, type Packet } from "../packet.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "../protocol.ts";
import { addressAt } from "../rewrite.ts";

/**
 * The sum over the packet inside a tunnel, for an outer checksum that covers it
 * (xdp/forwarders/inner-sum.h).
 *
 * A segment that carries its checksum sums up to the complement of its pseudo header, and an IPv4
 * header to zero: nothing needs to be read (the kernel's lco_csum()). Who sends a wrong checksum
 * gets a wrong outer one too, and both are dropped at the other end. All bytes are added up where
 * no checksum covers the whole payload: of fragments, behind extension headers, of UDP without one
 * or with options behind its data (RFC 9868).
 */
export function innerSum(packet: Packet, frame: Uint8Array): number {
  const ip = frame.subarray(ETHERNET_HEADER, ETHERNET_HEADER + packet.length);
  const header = packet.transport - ETHERNET_HEADER;
  const extended = packet.tuple.family === 6 && header !== IPV6_HEADER;
  if (packet.fragment !== "none" || extended || !checksumCovers(packet, frame)) return sum(ip);
  const source = addressAt(packet, frame, ETHERNET_HEADER, "source");
  const destination = addressAt(packet, frame, ETHERNET_HEADER, "destination");
  const length = packet.length - header;
  const pseudo = pseudoHeaderSum(source, destination, packet.tuple.protocol, length);
  const segment = ~fold(pseudo) & 0xffff;
  return packet.tuple.family === 4 ? segment : segment + sum(ip.subarray(0, IPV6_HEADER));
}

const IPV6_HEADER = 40;

/** Whether the packet says by a checksum what all of its payload sums up to. */
function checksumCovers({ tuple, transport, length }: Packet, frame: Uint8Array): boolean {
  if (tuple.protocol === IPPROTO_TCP) return true;
  if (tuple.protocol !== IPPROTO_UDP) return false;
  const udp = new DataView(frame.buffer, frame.byteOffset + transport);
  const ends = transport + udp.getUint16(4) === ETHERNET_HEADER + length;
  return ends && udp.getUint16(6) !== 0;
}
