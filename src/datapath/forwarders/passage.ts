import { SERVER_LOCAL, SERVER_READY, SERVER_UNREACHABLE } from "../constants.ts";
import type { Forwarded } from "../forwarder.ts";
import { ETHERNET_HEADER, type Packet } from "../packet.ts";
import type { View } from "../tables.ts";
import { decrementTimeToLive, timeToLive } from "../time-to-live.ts";

/** What every forwarding method has in common (xdp/forwarders/passage.h). */

const DONT_FRAGMENT = 0x40;

/**
 * Why the packet cannot go, or undefined when it can; its TTL is one less then. As in
 * __ip_vs_get_out_rt(): the route, then the TTL, then the MTU.
 */
export function hold(
  view: View,
  packet: Packet,
  frame: Uint8Array,
  server: number,
): Forwarded | undefined {
  const flags = view.servers.get(server, "flags");
  if (flags & SERVER_LOCAL) return { kind: "stopped", reason: "local-server" };
  if ((flags & (SERVER_READY | SERVER_UNREACHABLE)) === 0) {
    return { kind: "stopped", reason: "no-next-hop" };
  }
  if (flags & SERVER_UNREACHABLE) return { kind: "error", reason: "unreachable" };
  if (timeToLive(packet, frame) <= 1) return { kind: "error", reason: "ttl-exceeded" };
  decrementTimeToLive(packet, frame);
  const overhead = view.servers.get(server, "overhead");
  const mtu = view.servers.get(server, "mtu");
  if (packet.length + overhead <= mtu) return undefined;
  const reason = mayFragment(view, packet, frame, overhead) ? "too-big" : "frag-needed";
  return { kind: "error", reason, mtu: Math.max(0, mtu - overhead) };
}

/** Whether IPVS would have it fragmented: without DF, or in a tunnel that does not keep it. */
function mayFragment(view: View, packet: Packet, frame: Uint8Array, overhead: number): boolean {
  if (packet.tuple.family === 6) return false;
  if ((frame[ETHERNET_HEADER + 6]! & DONT_FRAGMENT) === 0) return true;
  return overhead !== 0 && view.control.get(0, "pmtu_disc") === 0;
}

/** To the server's next hop, from our interface on the way there. */
export function leave(view: View, frame: Uint8Array, server: number): Forwarded {
  frame.set(view.servers.bytes(server, "next_hop"), 0);
  frame.set(view.servers.bytes(server, "source"), 6);
  return { kind: "sent", ifindex: view.servers.get(server, "ifindex"), frame };
}
