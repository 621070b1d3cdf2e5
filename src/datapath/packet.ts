import { INTERFACES } from "./constants.ts";
import { parseIpv4 } from "./packet-ipv4.ts";
import { parseIpv6 } from "./packet-ipv6.ts";
import type { Reason } from "./reason.ts";
import type { View } from "./tables.ts";
import type { Tuple } from "./tuple.ts";

/** Stage 1, packet: what the later stages need to know of a frame (xdp/packet.h). */
export interface Packet {
  /** Its source as the client, its destination as the virtual side. */
  readonly tuple: Tuple;
  /** Of the IP packet with its header, in bytes. */
  readonly length: number;
  /** Where the TCP, UDP or ICMP header begins, in bytes from the start of the frame. */
  readonly transport: number;
  /** 0 but for TCP. */
  readonly tcpFlags: number;
  /** The first fragment carries the ports; a later one begins in the middle of the payload. */
  readonly fragment: "none" | "first" | "later";
  /** What tells the fragments of one packet from another's, as it lies in the packet; else 0. */
  readonly fragmentId: number;
}

export const ETHERNET_HEADER = 14;
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;

/** The packet that may belong to a service, or the reason why the frame is none. */
export function parsePacket(view: View, frame: Uint8Array, ifindex: number): Packet | Reason {
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < ETHERNET_HEADER) return "not-ip";
  const ethertype = data.getUint16(12);
  if (ethertype !== ETHERTYPE_IPV4 && ethertype !== ETHERTYPE_IPV6) return "not-ip";
  if (!isForUs(view, frame, ifindex)) return "not-for-us";
  return ethertype === ETHERTYPE_IPV4
    ? parseIpv4(data, ETHERNET_HEADER)
    : parseIpv6(data, ETHERNET_HEADER);
}

/**
 * Frames to another host's address reach us in promiscuous mode and by flooding: not ours to touch.
 */
function isForUs(view: View, frame: Uint8Array, ifindex: number): boolean {
  const slot = ifindex % INTERFACES;
  if (view.ifaces.get(slot, "ifindex") !== ifindex) return false;
  const mac = view.ifaces.bytes(slot, "mac");
  return mac.every((byte, i) => byte === frame[i]);
}
