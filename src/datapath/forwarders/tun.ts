import { TUNNEL_GRE, TUNNEL_GUE } from "../constants.ts";
import type { Forwarded } from "../forwarder.ts";
import { ETHERNET_HEADER, type Packet } from "../packet.ts";
import { IPPROTO_GRE, IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_UDP } from "../protocol.ts";
import type { View } from "../tables.ts";
import { greHeader } from "./gre.ts";
import { gueHeader } from "./gue.ts";
import { type OuterEnds, outerEnds, outerHeader } from "./outer.ts";
import { hold, leave } from "./passage.ts";

/**
 * Tunnels (xdp/forwarders/tun.h; ip_vs_tunnel_xmit()): the packet goes as it is inside another one
 * to the real server, which may be networks away, takes it out and answers the client itself. IP in
 * IP (RFC 2003, RFC 2473, RFC 4213), GRE or GUE.
 */
export function forwardTun(
  view: View,
  packet: Packet,
  frame: Uint8Array,
  server: number,
): Forwarded {
  const held = hold(view, packet, frame, server);
  if (held !== undefined) return held;
  const inner = frame.subarray(ETHERNET_HEADER);
  const ends = outerEnds(view, server);
  const { protocol, bytes } = tunnelHeader(view, { packet, frame, server, ends });
  const keepsDf = view.control.get(0, "pmtu_disc") !== 0;
  const ip = outerHeader(packet, frame, ends, {
    protocol,
    length: bytes.length + packet.length,
    keepsDf,
  });
  const tunnelled = new Uint8Array(ETHERNET_HEADER + ip.length + bytes.length + inner.length);
  tunnelled.set(ends.family === 4 ? [0x08, 0x00] : [0x86, 0xdd], 12);
  tunnelled.set(ip, ETHERNET_HEADER);
  tunnelled.set(bytes, ETHERNET_HEADER + ip.length);
  tunnelled.set(inner, ETHERNET_HEADER + ip.length + bytes.length);
  return leave(view, tunnelled, server);
}

interface Passenger {
  readonly packet: Packet;
  readonly frame: Uint8Array;
  readonly server: number;
  readonly ends: OuterEnds;
}

/** What stands between the outer IP header and the packet, and its protocol number. */
function tunnelHeader(
  view: View,
  { packet, frame, server, ends }: Passenger,
): { readonly protocol: number; readonly bytes: Uint8Array } {
  const flags = view.servers.get(server, "tunnel_flags");
  switch (view.servers.get(server, "tunnel")) {
    case TUNNEL_GRE:
      return { protocol: IPPROTO_GRE, bytes: greHeader(packet, frame, flags) };
    case TUNNEL_GUE: {
      const port = view.servers.get(server, "tunnel_port");
      return { protocol: IPPROTO_UDP, bytes: gueHeader(packet, frame, ends, { port, flags }) };
    }
    default: {
      const protocol = packet.tuple.family === 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
      return { protocol, bytes: new Uint8Array(0) };
    }
  }
}
