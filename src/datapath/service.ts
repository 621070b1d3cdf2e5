import { serviceKey, serviceValue } from "./layout.ts";
import { mappedAddress, type Packet, virtualPort } from "./packet.ts";
import { Records } from "./records.ts";
import type { View } from "./tables.ts";

/** Stage 2, service: which virtual service a packet asks for (xdp/service.h). */
export interface FoundService {
  readonly service: number;
  readonly vip: number;
  readonly flags: number;
}

export interface ServiceKeyFields {
  /** 16 bytes, IPv4 mapped. */
  readonly address: Uint8Array;
  readonly port: number;
  readonly protocol: number;
  readonly generation: number;
}

export function encodeServiceKey(fields: ServiceKeyFields): Uint8Array {
  const bytes = new Uint8Array(serviceKey.size);
  const record = new Records(serviceKey, bytes.buffer);
  record.bytes(0, "address").set(fields.address);
  record.set(0, "port", fields.port);
  record.set(0, "protocol", fields.protocol);
  record.set(0, "generation", fields.generation);
  return bytes;
}

export function encodeServiceValue(found: FoundService): Uint8Array {
  const bytes = new Uint8Array(serviceValue.size);
  const record = new Records(serviceValue, bytes.buffer);
  record.set(0, "service", found.service);
  record.set(0, "vip", found.vip);
  record.set(0, "flags", found.flags);
  return bytes;
}

export function decodeServiceValue(bytes: Uint8Array): FoundService {
  const record = new Records(serviceValue, bytes.slice().buffer);
  return {
    service: record.get(0, "service"),
    vip: record.get(0, "vip"),
    flags: record.get(0, "flags"),
  };
}

export function findService(view: View, packet: Packet): FoundService | undefined {
  const key = encodeServiceKey({
    address: mappedAddress(packet.virtual),
    port: virtualPort(packet),
    protocol: packet.protocol,
    generation: view.control.get(0, "generation"),
  });
  const value = view.tables.serviceKeys.get(key);
  return value === undefined ? undefined : decodeServiceValue(value);
}
