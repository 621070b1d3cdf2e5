import {
  TUNNEL_CHECKSUM,
  TUNNEL_GRE,
  TUNNEL_GUE,
  TUNNEL_IPIP,
  TUNNEL_REMOTE_CHECKSUM,
} from "../datapath/constants.ts";
import type { View } from "../datapath/tables.ts";
import type { Tunnel } from "./rule.ts";

/** How a tunnel stands in a server's record. */
export const TUNNEL_NUMBERS: Record<Tunnel["type"], number> = {
  ipip: TUNNEL_IPIP,
  gue: TUNNEL_GUE,
  gre: TUNNEL_GRE,
};

export const CHECKSUM_FLAGS: Record<Tunnel["checksum"], number> = {
  nocsum: 0,
  csum: TUNNEL_CHECKSUM,
  remcsum: TUNNEL_REMOTE_CHECKSUM,
};

const UDP_HEADER = 8;
const GUE_HEADER = 4;
const GRE_HEADER = 4;
const GRE_CHECKSUM = 4;

/** Bytes that a tunnel puts in front of a packet, the outer IP header of `family` among them. */
export function tunnelOverhead({ type, checksum }: Tunnel, family: 4 | 6): number {
  const outer = family === 4 ? 20 : 40;
  if (type === "ipip") return outer;
  if (type === "gre") return outer + GRE_HEADER + (checksum === "csum" ? GRE_CHECKSUM : 0);
  return outer + UDP_HEADER + GUE_HEADER;
}

export const PLAIN_TUNNEL: Tunnel = { type: "ipip", port: 0, checksum: "nocsum" };

/** What writes of a tunnel have made of a server's record. */
export function readTunnel(view: View, server: number): Tunnel {
  const type = keyOf(TUNNEL_NUMBERS, view.servers.get(server, "tunnel")) ?? "ipip";
  const checksum = keyOf(CHECKSUM_FLAGS, view.servers.get(server, "tunnel_flags")) ?? "nocsum";
  return { type, port: view.servers.get(server, "tunnel_port"), checksum };
}

function keyOf<K extends string>(numbers: Record<K, number>, value: number): K | undefined {
  return (Object.keys(numbers) as K[]).find((key) => numbers[key] === value);
}
