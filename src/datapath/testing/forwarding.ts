import assert from "node:assert/strict";
import { mappedBytes } from "../../wire/address.ts";
import { macBytes } from "../../wire/mac.ts";
import { METHOD_DR, METHOD_TUN, SERVER_AVAILABLE, SERVER_READY } from "../constants.ts";
import { type Packet, parsePacket } from "../packet.ts";
import type { View } from "../tables.ts";
import { INSIDE, INSIDE_MAC, natView, OUTSIDE, SERVER_MAC } from "./nat.ts";

/** A director with one server behind its second interface, to which packets are forwarded. */

export const SERVER = 3;

/** The ends of tunnels, by the family of their outer headers. */
export const TUNNEL_ENDS = {
  4: { source: "10.0.0.1", destination: "10.0.0.99" },
  6: { source: "fd00:10::1", destination: "fd00:10::99" },
} as const;

export interface TestTunnel {
  readonly family: 4 | 6;
  /** TUNNEL_IPIP, TUNNEL_GUE or TUNNEL_GRE, and its flags. */
  readonly type: number;
  readonly flags: number;
  /** Bytes between the outer IP header and the packet. */
  readonly header: number;
}

export const GUE_PORT = 6080;

export function drView(): View {
  const view = natView();
  const { servers } = view;
  servers.bytes(SERVER, "next_hop").set(macBytes(SERVER_MAC));
  servers.bytes(SERVER, "source").set(macBytes(INSIDE_MAC));
  servers.set(SERVER, "flags", SERVER_AVAILABLE | SERVER_READY);
  servers.set(SERVER, "method", METHOD_DR);
  servers.set(SERVER, "mtu", 1500);
  servers.set(SERVER, "ifindex", INSIDE);
  view.control.set(0, "pmtu_disc", 1);
  return view;
}

export function tunnelView({ family, type, flags, header }: TestTunnel): View {
  const view = drView();
  const { servers, tunnelSources } = view;
  const { source, destination } = TUNNEL_ENDS[family];
  servers.set(SERVER, "method", METHOD_TUN);
  servers.set(SERVER, "tunnel", type);
  servers.set(SERVER, "tunnel_flags", flags);
  servers.set(SERVER, "tunnel_port", GUE_PORT);
  servers.set(SERVER, "tunnel_source", 2);
  servers.set(SERVER, "overhead", header + (family === 4 ? 20 : 40));
  servers.bytes(SERVER, "address").set(mappedBytes(destination));
  tunnelSources.bytes(2, "address").set(mappedBytes(source));
  return view;
}

/** A frame that came in on the first interface. */
export function parsed(view: View, frame: Uint8Array): Packet {
  const packet = parsePacket(view, frame, OUTSIDE);
  assert.ok(typeof packet === "object", String(packet));
  return packet;
}
