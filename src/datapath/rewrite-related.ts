import { adjustChecksum } from "../wire/checksum.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import type { Quoted } from "./quoted.ts";
import { addressAt, adjustAt, type End, endBytes, type Side } from "./rewrite.ts";

/**
 * NAT's change of an ICMP error (xdp/rewrite-related.h; ip_vs_nat_icmp()): one end of the packet
 * that carries it, and the other end of the packet that it quotes, which went the other way. The
 * quoted packet's own TCP or UDP checksum stays as it was: nobody looks at it, and mostly it is cut
 * off.
 */
export function rewriteRelated(
  packet: Packet,
  frame: Uint8Array,
  quoted: Quoted,
  side: Side,
  to: End,
): void {
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const checksum = packet.transport + 2;
  const ipv4 = packet.tuple.family === 4;

  const outer = addressAt(packet, frame, ETHERNET_HEADER, side);
  const outerBefore = outer.slice();
  outer.set(endBytes(packet, to));
  // The header's own sum; in IPv6 the pseudo header is in the message's.
  adjustAt(data, ipv4 ? ETHERNET_HEADER + 10 : checksum, outerBefore, outer);

  const other = side === "source" ? "destination" : "source";
  const inner = addressAt(packet, frame, quoted.ip, other);
  const innerBefore = inner.slice();
  inner.set(endBytes(packet, to));
  if (ipv4) {
    const header = frame.subarray(quoted.ip + 10, quoted.ip + 12);
    const headerBefore = header.slice();
    adjustAt(data, quoted.ip + 10, innerBefore, inner);
    adjustAt(data, checksum, headerBefore, header);
  }
  adjustAt(data, checksum, innerBefore, inner);

  const port = quoted.transport + (other === "source" ? 0 : 2);
  const before = data.getUint16(port);
  data.setUint16(port, to.port);
  data.setUint16(checksum, adjustChecksum(data.getUint16(checksum), before, to.port));
}
