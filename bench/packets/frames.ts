import { encodeEthernet } from "../../src/wire/ethernet.ts";
import { packet } from "../../src/wire/packet-builder.ts";
import { ETHERTYPE } from "../../src/wire/protocol.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";

/**
 * The network that the timed director sees: it, its servers and the client's router on one link.
 */
export const DIRECTOR_MAC = "02:00:00:00:00:11";
const ROUTER_MAC = "02:00:00:00:00:01";
export const VIPS = { 4: "192.168.150.100", 6: "fd00:150::100" } as const;
export const PORT = 80;

export type Family = keyof typeof VIPS;

/** What rig.bpf.c makes of every frame, FRAME_BYTES there. */
export const FRAME_BYTES = 80;
/** What is left behind headers of 14, 20 or 40, and 20. */
const PAYLOADS = { 4: new Uint8Array(26), 6: new Uint8Array(6) } as const;
/** Flow 0; rig.bpf.c adds to the low half of the address and to the port. */
const CLIENTS = { 4: "10.1.0.0", 6: "2001:db8::" } as const;
const CLIENT_PORT = 1024;
const ONES = 0xffff;

/** What opens a flow. */
export const SYN = framesOf(["syn"]);
/** What all others of it are like; the first one establishes it. */
export const ACK = framesOf(["ack"]);

function framesOf(flags: readonly TcpFlag[]): Readonly<Record<Family, Uint8Array>> {
  return { 4: frame(4, flags), 6: frame(6, flags) };
}

function frame(family: Family, flags: readonly TcpFlag[]): Uint8Array {
  const datagram = packet({
    // Ones where rig.bpf.c subtracts.
    ip: { source: CLIENTS[family], destination: VIPS[family], id: ONES },
    tcp: { sourcePort: CLIENT_PORT, destinationPort: PORT, sequence: ONES, flags },
    payload: PAYLOADS[family],
  });
  const ends = { destination: DIRECTOR_MAC, source: ROUTER_MAC };
  const type = family === 4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
  return encodeEthernet({ ...ends, type, payload: datagram });
}
