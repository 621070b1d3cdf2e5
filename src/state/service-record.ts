import {
  KEY_MARK4,
  KEY_MARK6,
  KEY_SERVICE,
  SERVICE_ONE_PACKET,
  SERVICE_USED,
  TICKS_PER_SECOND,
} from "../datapath/constants.ts";
import { encodeServiceKey, markAddress } from "../datapath/service.ts";
import type { View } from "../datapath/tables.ts";
import { addressBytes, familyOf, formatMapped, mappedBytes } from "../wire/address.ts";
import type { Protocol, Service, ServiceId, ServiceOptions } from "./rule.ts";

/** A service's rule as its record and its key in the tables, and back. */

const PROTOCOL_NUMBERS: Record<Protocol, number> = { tcp: 6, udp: 17, sctp: 132 };

const PROTOCOLS: ReadonlyMap<number, Protocol> = new Map([
  [6, "tcp"],
  [17, "udp"],
  [132, "sctp"],
]);

/** 0 for a mark. */
export function protocolOf(id: ServiceId): number {
  return id.kind === "mark" ? 0 : PROTOCOL_NUMBERS[id.protocol];
}

export function serviceKeyOf(id: ServiceId, generation: number): Uint8Array {
  return encodeServiceKey({
    address: addressOf(id),
    port: id.kind === "mark" ? 0 : id.port,
    protocol: protocolOf(id),
    kind: id.kind === "address" ? KEY_SERVICE : id.family === 4 ? KEY_MARK4 : KEY_MARK6,
    generation,
  });
}

/** Writes all but the pool and the scheduler's memory. */
export function writeServiceRecord(view: View, index: number, rule: Service, vip: number): void {
  const { services } = view;
  const { id, persistence } = rule;
  services.bytes(index, "address").set(addressOf(id));
  services.set(index, "port", id.kind === "mark" ? 0 : id.port);
  services.set(index, "protocol", protocolOf(id));
  services.set(index, "family", familyOfService(id));
  services.set(index, "vip", vip);
  services.set(index, "service_flags", rule.onePacket ? SERVICE_ONE_PACKET : 0);
  const mask = persistence === undefined ? 0 : maskNumber(persistence.mask);
  services.set(index, "netmask", mask);
  const seconds = persistence?.seconds ?? 0;
  services.set(index, "persistence", Math.min(0xffff_ffff, Math.round(seconds * TICKS_PER_SECOND)));
  services.set(index, "flags", SERVICE_USED);
}

export function readServiceId(view: View, index: number): ServiceId | undefined {
  const { services } = view;
  const family = services.get(index, "family") === 4 ? 4 : 6;
  const bytes = services.bytes(index, "address");
  const protocol = services.get(index, "protocol");
  if (protocol === 0) {
    const mark = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(12);
    return { kind: "mark", mark, family };
  }
  const name = PROTOCOLS.get(protocol);
  if (name === undefined) return undefined;
  const port = services.get(index, "port");
  return { kind: "address", protocol: name, address: formatMapped(bytes), port };
}

export function readServiceOptions(
  view: View,
  index: number,
): Pick<ServiceOptions, "persistence" | "onePacket"> {
  const { services } = view;
  const ticks = services.get(index, "persistence");
  const onePacket = (services.get(index, "service_flags") & SERVICE_ONE_PACKET) !== 0;
  if (ticks === 0) return { onePacket };
  const seconds = Math.round(ticks / TICKS_PER_SECOND);
  const netmask = services.get(index, "netmask");
  const mask = services.get(index, "family") === 4 ? dotted(netmask) : String(netmask);
  return { onePacket, persistence: { seconds, mask } };
}

function addressOf(id: ServiceId): Uint8Array {
  return id.kind === "mark" ? markAddress(id.mark) : mappedBytes(id.address);
}

function familyOfService(id: ServiceId): number {
  return id.kind === "mark" ? id.family : (familyOf(id.address) ?? 0);
}

/** A dotted mask as it lies in a packet, or a prefix length. */
function maskNumber(mask: string): number {
  if (!mask.includes(".")) return Number(mask);
  const bytes = addressBytes(mask);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

function dotted(mask: number): string {
  return [0, 8, 16, 24].map((shift) => (mask >>> shift) & 0xff).join(".");
}
