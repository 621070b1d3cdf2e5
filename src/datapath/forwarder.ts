import type { IcmpReason } from "./icmp-error.ts";
import { SERVER_LOCAL, SERVER_READY, SERVER_UNREACHABLE } from "./layout.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import type { Reason } from "./reason.ts";
import type { View } from "./tables.ts";

/**
 * Stage 5, forwarder: direct routing (xdp/forwarder.h). The frame goes to the real server's MAC
 * address and keeps its addresses; the server answers the client itself.
 */
export type Forwarded =
  | { readonly kind: "sent"; readonly ifindex: number }
  | { readonly kind: "stopped"; readonly reason: Reason }
  | { readonly kind: "error"; readonly reason: IcmpReason; readonly mtu?: number };

/** Changes the frame in place. */
export function forward(view: View, packet: Packet, frame: Uint8Array, server: number): Forwarded {
  const flags = view.servers.get(server, "flags");
  if (flags & SERVER_LOCAL) return { kind: "stopped", reason: "local-server" };
  if ((flags & (SERVER_READY | SERVER_UNREACHABLE)) === 0) {
    return { kind: "stopped", reason: "no-next-hop" };
  }
  const ip = new DataView(frame.buffer, frame.byteOffset + ETHERNET_HEADER);
  // __ip_vs_get_out_rt(): the route, then the TTL, then the MTU, with the TTL already less.
  if (flags & SERVER_UNREACHABLE) return { kind: "error", reason: "unreachable" };
  if (ip.getUint8(8) <= 1) return { kind: "error", reason: "ttl-exceeded" };
  decrementTtl(ip);
  const mtu = view.servers.get(server, "mtu");
  if (packet.length > mtu) {
    const mayFragment = (ip.getUint16(6) & 0x4000) === 0;
    if (mayFragment) return { kind: "stopped", reason: "too-big" };
    return { kind: "error", reason: "frag-needed", mtu };
  }
  frame.set(view.servers.bytes(server, "next_hop"), 0);
  frame.set(view.servers.bytes(server, "source"), 6);
  return { kind: "sent", ifindex: view.servers.get(server, "ifindex") };
}

/** RFC 1141: one less in the TTL byte is 0x0100 more in the checksum, with the carry around. */
function decrementTtl(ip: DataView): void {
  const sum = ip.getUint16(10) + 0x0100;
  ip.setUint16(10, sum >= 0xffff ? sum + 1 : sum);
  ip.setUint8(8, ip.getUint8(8) - 1);
}
