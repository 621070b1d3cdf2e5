import { ETHERNET_HEADER, type Packet } from "./packet.ts";

/** TTL of IPv4 and hop limit of IPv6 (xdp/time-to-live.h). */

type Family = { readonly tuple: { readonly family: Packet["tuple"]["family"] } };

export function timeToLive({ tuple }: Family, frame: Uint8Array): number {
  return frame[ETHERNET_HEADER + (tuple.family === 4 ? 8 : 7)]!;
}

/** RFC 1141: one less in the TTL byte is 0x0100 more in the checksum, with the carry around. */
export function decrementTimeToLive({ tuple }: Family, frame: Uint8Array): void {
  const ip = new DataView(frame.buffer, frame.byteOffset + ETHERNET_HEADER);
  if (tuple.family === 6) {
    ip.setUint8(7, ip.getUint8(7) - 1);
    return;
  }
  const sum = ip.getUint16(10) + 0x0100;
  ip.setUint16(10, sum >= 0xffff ? sum + 1 : sum);
  ip.setUint8(8, ip.getUint8(8) - 1);
}
