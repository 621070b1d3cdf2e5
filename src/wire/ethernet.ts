import { type Result, success } from "../base/fault.ts";
import { readU16, truncated, writeU16 } from "./bytes.ts";
import { formatMac, MAC_BYTES, macBytes } from "./mac.ts";
import { ETHERTYPE } from "./protocol.ts";

/** An Ethernet II frame (RFC 894), without its preamble and frame check sequence. */
export interface Ethernet {
  readonly destination: string;
  readonly source: string;
  /** EtherType of the payload. */
  readonly type: number;
  /** With the padding that a short frame was given. */
  readonly payload: Uint8Array;
}

export const ETHERNET_BYTES = 14;
/** Offsets of the fields. */
export const ETHERNET_AT = { destination: 0, source: 6, type: 12 } as const;

/** Faults: TRUNCATED. */
export function decodeEthernet(bytes: Uint8Array): Result<Ethernet> {
  if (bytes.length < ETHERNET_BYTES) return truncated("Ethernet", ETHERNET_BYTES, bytes.length);
  return success({
    destination: formatMac(bytes.subarray(0, MAC_BYTES)),
    source: formatMac(bytes.subarray(ETHERNET_AT.source, ETHERNET_AT.source + MAC_BYTES)),
    type: readU16(bytes, ETHERNET_AT.type),
    payload: bytes.subarray(ETHERNET_BYTES),
  });
}

export function encodeEthernet(frame: Ethernet): Uint8Array {
  const bytes = new Uint8Array(ETHERNET_BYTES + frame.payload.length);
  bytes.set(macBytes(frame.destination), ETHERNET_AT.destination);
  bytes.set(macBytes(frame.source), ETHERNET_AT.source);
  writeU16(bytes, ETHERNET_AT.type, frame.type);
  bytes.set(frame.payload, ETHERNET_BYTES);
  return bytes;
}

/** "02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff arp". */
export function describeEthernet(frame: Ethernet): string {
  return `${frame.source} > ${frame.destination} ${etherTypeName(frame.type)}`;
}

function etherTypeName(type: number): string {
  const known = Object.entries(ETHERTYPE).find(([, number]) => number === type);
  return known?.[0] ?? `ethertype 0x${type.toString(16).padStart(4, "0")}`;
}
