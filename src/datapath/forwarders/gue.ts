import { checksum, pseudoHeaderSum } from "../../wire/checksum.ts";
import { TUNNEL_CHECKSUM, TUNNEL_REMOTE_CHECKSUM } from "../constants.ts";
import type { Packet } from "../packet.ts";
import { IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_UDP } from "../protocol.ts";
import { innerSum } from "./inner-sum.ts";
import type { OuterEnds } from "./outer.ts";

/**
 * The headers of a GUE tunnel (draft-ietf-intarea-gue section 3, variant 0; xdp/forwarders/gue.h):
 * UDP, and four bytes that say which protocol is inside.
 *
 * IPVS offloads the inner checksum (--tun-remcsum) only for packets of its own that have none yet.
 * What comes in by a wire has one, and gets an ordinary outer checksum.
 */
export function gueHeader(
  packet: Packet,
  frame: Uint8Array,
  { source, destination }: OuterEnds,
  { port, flags }: { readonly port: number; readonly flags: number },
): Uint8Array {
  const bytes = new Uint8Array(12);
  const data = new DataView(bytes.buffer);
  const length = bytes.length + packet.length;
  data.setUint16(0, flowPort(packet));
  data.setUint16(2, port);
  data.setUint16(4, length);
  data.setUint8(9, packet.tuple.family === 4 ? IPPROTO_IPIP : IPPROTO_IPV6);
  if ((flags & (TUNNEL_CHECKSUM | TUNNEL_REMOTE_CHECKSUM)) === 0) return bytes;
  const pseudo = pseudoHeaderSum(source, destination, IPPROTO_UDP, length);
  const check = checksum(bytes, pseudo + innerSum(packet, frame));
  // RFC 768: zero would say that there is none.
  data.setUint16(6, check === 0 ? 0xffff : check);
  return bytes;
}

/** udp_flow_src_port(): of net.ipv4.ip_local_port_range as it is by default. */
const PORT_FIRST = 32768;
const PORTS = 28232;

/** One port a flow, so that routers on the way keep its packets in their order. */
function flowPort({ tuple }: Packet): number {
  const words = [...tuple.client, ...tuple.virtual, tuple.ports];
  const mixed = Math.imul(
    words.reduce((a, b) => a ^ b, 0),
    0x9e37_79b1,
  );
  return PORT_FIRST + (((mixed >>> 16) * PORTS) >>> 16);
}
