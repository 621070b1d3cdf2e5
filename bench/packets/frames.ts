import { encodeEthernet } from "../../src/wire/ethernet.ts";
import { packet } from "../../src/wire/packet-builder.ts";
import { ETHERTYPE } from "../../src/wire/protocol.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";

/**
 * The network that the timed director sees: it, its servers and the client's router on one link.
 */
export const DIRECTOR_MAC = "02:00:00:00:00:11";
const ROUTER_MAC = "02:00:00:00:00:01";
export const VIP = "192.168.150.100";
export const PORT = 80;

/** What rig.bpf.c makes of every frame, FRAME_BYTES there. */
export const FRAME_BYTES = 64;
/** Ten bytes behind headers of 14, 20 and 20. */
const PAYLOAD = new Uint8Array(10);
/** Flow 0; rig.bpf.c adds to the low half of the address and to the port. */
const CLIENT = "10.1.0.0";
const CLIENT_PORT = 1024;
const ONES = 0xffff;

/** What opens a flow. */
export const SYN = frame(["syn"]);
/** What all others of it are like; the first one establishes it. */
export const ACK = frame(["ack"]);

function frame(flags: readonly TcpFlag[]): Uint8Array {
  const datagram = packet({
    // Ones where rig.bpf.c subtracts.
    ip: { source: CLIENT, destination: VIP, id: ONES },
    tcp: { sourcePort: CLIENT_PORT, destinationPort: PORT, sequence: ONES, flags },
    payload: PAYLOAD,
  });
  const ends = { destination: DIRECTOR_MAC, source: ROUTER_MAC };
  return encodeEthernet({ ...ends, type: ETHERTYPE.ipv4, payload: datagram });
}
