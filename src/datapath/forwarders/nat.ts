import { SERVER_LOCAL } from "../constants.ts";
import type { Forwarded } from "../forwarder.ts";
import type { Packet } from "../packet.ts";
import type { Quoted } from "../quoted.ts";
import { rewrite } from "../rewrite.ts";
import { rewriteRelated } from "../rewrite-related.ts";
import { serverAddress, serverPort } from "../server-address.ts";
import type { View } from "../tables.ts";
import { clientPort, virtualPort } from "../tuple.ts";
import { hold, leave } from "./passage.ts";

/**
 * Masquerading (xdp/forwarders/nat.h; ip_vs_nat_xmit()): the packet's destination becomes the
 * server, whose answers come back through here (reply.ts).
 */
export function forwardNat(
  view: View,
  packet: Packet,
  frame: Uint8Array,
  server: number,
): Forwarded {
  const asked = virtualPort(packet.tuple);
  const port = serverPort(view, server, asked);
  if ((view.servers.get(server, "flags") & SERVER_LOCAL) !== 0 && port !== asked) {
    return { kind: "stopped", reason: "local-port" };
  }
  const held = hold(view, packet, frame, server);
  if (held !== undefined) return held;
  rewrite(packet, frame, "destination", { address: serverAddress(view, server), port });
  return leave(view, frame, server);
}

/** The same of an ICMP error about a packet that the server sent: ip_vs_icmp_xmit(). */
export function forwardNatRelated(
  view: View,
  packet: Packet,
  frame: Uint8Array,
  server: number,
  quoted: Quoted,
): Forwarded {
  const held = hold(view, packet, frame, server);
  if (held !== undefined) return held;
  // The quoted packet came from the virtual side.
  const port = serverPort(view, server, clientPort(quoted.tuple));
  const end = { address: serverAddress(view, server), port };
  rewriteRelated(packet, frame, quoted, "destination", end);
  return leave(view, frame, server);
}
