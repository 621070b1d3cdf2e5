import { checksum } from "../../wire/checksum.ts";
import { TUNNEL_CHECKSUM } from "../constants.ts";
import type { Packet } from "../packet.ts";
import { innerSum } from "./inner-sum.ts";

/**
 * The GRE header (RFC 2784 section 2.1; xdp/forwarders/gre.h): flags, the EtherType of what is
 * inside, and perhaps a checksum over all of it.
 */
export function greHeader(packet: Packet, frame: Uint8Array, flags: number): Uint8Array {
  const summed = (flags & TUNNEL_CHECKSUM) !== 0;
  const bytes = new Uint8Array(summed ? 8 : 4);
  const data = new DataView(bytes.buffer);
  data.setUint16(0, summed ? 0x8000 : 0);
  data.setUint16(2, packet.tuple.family === 4 ? 0x0800 : 0x86dd);
  if (summed) data.setUint16(4, checksum(bytes, innerSum(packet, frame)));
  return bytes;
}
