import { failure, type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress } from "./address.ts";
import { readU16, truncated, writeU16 } from "./bytes.ts";
import { BROADCAST_MAC, formatMac, macBytes, ZERO_MAC } from "./mac.ts";
import { ETHERTYPE } from "./protocol.ts";

/** An ARP packet for IPv4 on Ethernet (RFC 826). */
export interface Arp {
  readonly operation: "request" | "reply";
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
}

const ARP_BYTES = 28;
/** Offsets of the fields. */
const ARP_AT = {
  hardware: 0,
  protocol: 2,
  lengths: 4,
  operation: 6,
  senderMac: 8,
  senderAddress: 14,
  targetMac: 18,
  targetAddress: 24,
} as const;

const HARDWARE_ETHERNET = 1;
/** Hardware addresses of 6 bytes, protocol addresses of 4. */
const LENGTHS = 0x0604;
const UNSPECIFIED = "0.0.0.0";

/** Faults: TRUNCATED, UNKNOWN_ARP (other hardware, protocol or operation). */
export function decodeArp(bytes: Uint8Array): Result<Arp> {
  if (bytes.length < ARP_BYTES) return truncated("ARP", ARP_BYTES, bytes.length);
  const ethernet = readU16(bytes, ARP_AT.hardware) === HARDWARE_ETHERNET;
  const ipv4 = readU16(bytes, ARP_AT.protocol) === ETHERTYPE.ipv4;
  if (!ethernet || !ipv4 || readU16(bytes, ARP_AT.lengths) !== LENGTHS) {
    return failure("UNKNOWN_ARP", "ARP is not about IPv4 on Ethernet");
  }
  const operation = readU16(bytes, ARP_AT.operation);
  if (operation !== 1 && operation !== 2) {
    return failure("UNKNOWN_ARP", `ARP operation ${operation} is neither request nor reply`);
  }
  return success({
    operation: operation === 1 ? "request" : "reply",
    senderMac: formatMac(bytes.subarray(ARP_AT.senderMac, ARP_AT.senderAddress)),
    senderAddress: formatAddress(bytes.subarray(ARP_AT.senderAddress, ARP_AT.targetMac)),
    targetMac: formatMac(bytes.subarray(ARP_AT.targetMac, ARP_AT.targetAddress)),
    targetAddress: formatAddress(bytes.subarray(ARP_AT.targetAddress, ARP_BYTES)),
  });
}

export function encodeArp(arp: Arp): Uint8Array {
  const bytes = new Uint8Array(ARP_BYTES);
  writeU16(bytes, ARP_AT.hardware, HARDWARE_ETHERNET);
  writeU16(bytes, ARP_AT.protocol, ETHERTYPE.ipv4);
  writeU16(bytes, ARP_AT.lengths, LENGTHS);
  writeU16(bytes, ARP_AT.operation, arp.operation === "request" ? 1 : 2);
  bytes.set(macBytes(arp.senderMac), ARP_AT.senderMac);
  bytes.set(addressBytes(arp.senderAddress), ARP_AT.senderAddress);
  bytes.set(macBytes(arp.targetMac), ARP_AT.targetMac);
  bytes.set(addressBytes(arp.targetAddress), ARP_AT.targetAddress);
  return bytes;
}

/** Asks whether anybody has the address, without claiming it (RFC 5227 section 1.1). */
export function arpProbe(mac: string, address: string): Arp {
  return {
    operation: "request",
    senderMac: mac,
    senderAddress: UNSPECIFIED,
    targetMac: ZERO_MAC,
    targetAddress: address,
  };
}

/**
 * Claims the address, so that neighbours update their caches: the "gratuitous ARP" of VRRP. It is
 * the announcement of RFC 5227 section 1.1 unless `operation` is "reply".
 */
export function arpAnnouncement(
  mac: string,
  address: string,
  operation: Arp["operation"] = "request",
): Arp {
  return {
    operation,
    senderMac: mac,
    senderAddress: address,
    // Receivers ignore the field (RFC 5227 section 2.1.1); keepalived sends the broadcast address.
    targetMac: BROADCAST_MAC,
    targetAddress: address,
  };
}

export function isArpProbe(arp: Arp): boolean {
  return arp.operation === "request" && arp.senderAddress === UNSPECIFIED;
}

export function isArpAnnouncement(arp: Arp): boolean {
  return arp.senderAddress === arp.targetAddress && arp.senderAddress !== UNSPECIFIED;
}

/** "arp who-has 192.168.150.100 tell 192.168.150.1", as tcpdump prints it. */
export function describeArp(arp: Arp): string {
  if (isArpProbe(arp)) return `arp probe ${arp.targetAddress} by ${arp.senderMac}`;
  if (isArpAnnouncement(arp)) {
    return `arp announcement ${arp.senderAddress} is-at ${arp.senderMac} (${arp.operation})`;
  }
  if (arp.operation === "request") {
    return `arp who-has ${arp.targetAddress} tell ${arp.senderAddress}`;
  }
  return `arp reply ${arp.senderAddress} is-at ${arp.senderMac}`;
}
