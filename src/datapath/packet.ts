import { INTERFACES } from "./layout.ts";
import type { Reason } from "./reason.ts";
import type { View } from "./tables.ts";

/**
 * Stage 1, packet: what the later stages need to know of a frame (xdp/packet.h).
 *
 * Addresses and ports are 32-bit words as they lie in the packet, read little-endian, because that
 * is what the hash takes.
 */
export interface Packet {
  readonly client: number;
  readonly virtual: number;
  /** Client port, then virtual port. */
  readonly ports: number;
  /** IP total length in bytes. */
  readonly length: number;
  readonly protocol: number;
  /** 0 for UDP. */
  readonly tcpFlags: number;
  readonly firstFragment: boolean;
}

export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const TCP_FIN = 1;
export const TCP_SYN = 2;
export const TCP_RST = 4;
export const TCP_ACK = 16;

export const ETHERNET_HEADER = 14;
const IP_HEADER = 20;
const TCP_HEADER = 20;
const UDP_HEADER = 8;
const ETHERTYPE_IPV4 = 0x0800;

/** The packet that may belong to a service, or the reason why the frame is none. */
export function parsePacket(view: View, frame: Uint8Array, ifindex: number): Packet | Reason {
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < ETHERNET_HEADER || data.getUint16(12) !== ETHERTYPE_IPV4) return "not-ip";
  if (frame.length < ETHERNET_HEADER + IP_HEADER) return "malformed";
  if (!isForUs(view, frame, ifindex)) return "not-for-us";

  // RFC 791 section 3.1: version 4, at least five words of header, no longer than the frame.
  const ip = ETHERNET_HEADER;
  const header = (data.getUint8(ip) & 0x0f) * 4;
  const length = data.getUint16(ip + 2);
  if (data.getUint8(ip) >> 4 !== 4 || header < IP_HEADER || length < header) return "malformed";
  if (length > frame.length - ip) return "malformed";
  const fragment = data.getUint16(ip + 6);
  if ((fragment & 0x1fff) !== 0) return "fragment";

  const protocol = data.getUint8(ip + 9);
  if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP) return "other-protocol";
  const transport = ip + header;
  if (length < header + (protocol === IPPROTO_TCP ? TCP_HEADER : UDP_HEADER)) return "malformed";
  return {
    client: data.getUint32(ip + 12, true),
    virtual: data.getUint32(ip + 16, true),
    ports: data.getUint32(transport, true),
    length,
    protocol,
    tcpFlags: protocol === IPPROTO_TCP ? data.getUint8(transport + 13) : 0,
    firstFragment: (fragment & 0x2000) !== 0,
  };
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

/** Port in host order. */
export function clientPort(packet: Packet): number {
  return swap16(packet.ports & 0xffff);
}

/** Port in host order. */
export function virtualPort(packet: Packet): number {
  return swap16(packet.ports >>> 16);
}

function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >> 8);
}

/** An IPv4 word as the 16 bytes of ::ffff:a.b.c.d. */
export function mappedAddress(word: number): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes[10] = bytes[11] = 0xff;
  new DataView(bytes.buffer).setUint32(12, word, true);
  return bytes;
}
