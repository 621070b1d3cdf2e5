import { adjustChecksum, adjustChecksumBytes } from "../wire/checksum.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import { IPPROTO_TCP } from "./protocol.ts";
import { type Words, wordBytes } from "./tuple.ts";

/**
 * NAT's change of one end of a packet (xdp/rewrite.h). Checksums follow by the difference (RFC 1624
 * equation 3), so that a wrong one stays wrong, and the payload is not read.
 */

/** Address and port that a packet gets. The port in host order. */
export interface End {
  readonly address: Words;
  readonly port: number;
}

export type Side = "source" | "destination";

const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;

export function rewrite(packet: Packet, frame: Uint8Array, side: Side, to: End): void {
  const address = addressAt(packet, frame, ETHERNET_HEADER, side);
  const before = address.slice();
  address.set(endBytes(packet, to));
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (packet.tuple.family === 4) adjustAt(data, ETHERNET_HEADER + 10, before, address);
  // RFC 791 section 3.2: only the first fragment has the transport header.
  if (packet.fragment === "later") return;

  const at = packet.transport + (side === "source" ? 0 : 2);
  const port = data.getUint16(at);
  data.setUint16(at, to.port);
  const udp = packet.tuple.protocol !== IPPROTO_TCP;
  const checksum = packet.transport + (udp ? UDP_CHECKSUM : TCP_CHECKSUM);
  const check = data.getUint16(checksum);
  // RFC 768: zero is no checksum, and what comes out as zero is sent as all ones.
  if (udp && check === 0) return;
  const adjusted = adjustChecksum(adjustChecksumBytes(check, before, address), port, to.port);
  data.setUint16(checksum, udp && adjusted === 0 ? 0xffff : adjusted);
}

/** The bytes of an address in the IP header at `ip` bytes of the frame. */
export function addressAt(packet: Packet, frame: Uint8Array, ip: number, side: Side): Uint8Array {
  const size = packet.tuple.family === 4 ? 4 : 16;
  const first = ip + (packet.tuple.family === 4 ? 12 : 8);
  const at = side === "source" ? first : first + size;
  return frame.subarray(at, at + size);
}

/** The address as it lies in a packet of this family. */
export function endBytes(packet: Packet, { address }: End): Uint8Array {
  return wordBytes(address).subarray(packet.tuple.family === 4 ? 12 : 0);
}

/** A checksum in the frame, after bytes that it covers have changed. */
export function adjustAt(data: DataView, at: number, before: Uint8Array, after: Uint8Array): void {
  data.setUint16(at, adjustChecksumBytes(data.getUint16(at), before, after));
}
