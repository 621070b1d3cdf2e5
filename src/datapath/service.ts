import { KEY_MARK4, KEY_MARK6, KEY_SERVICE } from "./constants.ts";
import { serviceKey, serviceValue } from "./layout.ts";
import { markOf } from "./mark.ts";
import type { Packet } from "./packet.ts";
import { Records } from "./records.ts";
import type { View } from "./tables.ts";
import { mappedWords, virtualPort, wordBytes } from "./tuple.ts";
import { vipIndex, virtualSide } from "./vip-table.ts";

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
  /** 0 for a mark. */
  readonly protocol: number;
  /** KEY_SERVICE, KEY_MARK4, KEY_MARK6 or KEY_NAT_SERVER. */
  readonly kind: number;
  readonly generation: number;
}

export function encodeServiceKey(fields: ServiceKeyFields): Uint8Array {
  const bytes = new Uint8Array(serviceKey.size);
  const record = new Records(serviceKey, bytes.buffer);
  record.bytes(0, "address").set(fields.address);
  record.set(0, "port", fields.port);
  record.set(0, "protocol", fields.protocol);
  record.set(0, "kind", fields.kind);
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

/** ip_vs_service_find(): by mark, else by address and port, else by address alone. */
export function findService(view: View, packet: Packet, ifindex: number): FoundService | undefined {
  const mark = markOf(view, packet, ifindex);
  const marked = mark === 0 ? undefined : findMarked(view, packet, mark);
  if (marked !== undefined) return marked;
  const exact = findAddressed(view, packet, virtualPort(packet.tuple));
  if (exact !== undefined || view.control.get(0, "port_zero") === 0) return exact;
  return findAddressed(view, packet, 0);
}

function findAddressed(view: View, { tuple }: Packet, port: number): FoundService | undefined {
  return find(view, {
    address: wordBytes(tuple.virtual),
    port,
    protocol: tuple.protocol,
    kind: KEY_SERVICE,
  });
}

/** The service of a mark has no address of its own: each connection's virtual side is noted. */
function findMarked(view: View, { tuple }: Packet, mark: number): FoundService | undefined {
  const found = find(view, {
    address: markAddress(mark),
    port: 0,
    protocol: 0,
    kind: tuple.family === 4 ? KEY_MARK4 : KEY_MARK6,
  });
  if (found === undefined) return undefined;
  const vip = vipIndex(view, virtualSide(tuple));
  return vip === undefined ? undefined : { ...found, vip };
}

/** A mark in the place of an address: its 32 bits in network byte order, IPv4 mapped. */
export function markAddress(mark: number): Uint8Array {
  const bytes = wordBytes(mappedWords(0));
  new DataView(bytes.buffer).setUint32(12, mark);
  return bytes;
}

function find(view: View, key: Omit<ServiceKeyFields, "generation">): FoundService | undefined {
  const generation = view.control.get(0, "generation");
  const value = view.tables.serviceKeys.get(encodeServiceKey({ ...key, generation }));
  return value === undefined ? undefined : decodeServiceValue(value);
}
