import { METHOD_NAT, METHOD_TUN } from "./constants.ts";
import { forwardDr } from "./forwarders/dr.ts";
import { forwardNat } from "./forwarders/nat.ts";
import { forwardTun } from "./forwarders/tun.ts";
import type { IcmpReason } from "./icmp-error.ts";
import type { Packet } from "./packet.ts";
import type { Reason } from "./reason.ts";
import type { View } from "./tables.ts";

/**
 * Stage 5, forwarder: how a packet gets to its server, one file a method in forwarders/
 * (xdp/forwarder.h). They change the frame in place, or give a longer one.
 */
export type Forwarded =
  | { readonly kind: "sent"; readonly ifindex: number; readonly frame: Uint8Array }
  | { readonly kind: "stopped"; readonly reason: Reason }
  | { readonly kind: "error"; readonly reason: IcmpReason; readonly mtu?: number };

export function forward(view: View, packet: Packet, frame: Uint8Array, server: number): Forwarded {
  switch (view.servers.get(server, "method")) {
    case METHOD_NAT:
      return forwardNat(view, packet, frame, server);
    case METHOD_TUN:
      return forwardTun(view, packet, frame, server);
    default:
      return forwardDr(view, packet, frame, server);
  }
}
