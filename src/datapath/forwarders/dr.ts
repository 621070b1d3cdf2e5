import type { Forwarded } from "../forwarder.ts";
import type { Packet } from "../packet.ts";
import type { View } from "../tables.ts";
import { hold, leave } from "./passage.ts";

/**
 * Direct routing (xdp/forwarders/dr.h; ip_vs_dr_xmit()): the frame goes to the real server's MAC
 * address and keeps its addresses; the server answers the client itself.
 */
export function forwardDr(
  view: View,
  packet: Packet,
  frame: Uint8Array,
  server: number,
): Forwarded {
  return hold(view, packet, frame, server) ?? leave(view, frame, server);
}
