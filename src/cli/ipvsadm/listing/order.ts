import type { ServerId, ServiceId } from "../../../state/rule.ts";
import { addressBytes, IPV4_ADDRESS_BYTES } from "../../../wire/address.ts";
import { mergeSort } from "./merge-sort.ts";

/** 32-bit words, compared from the first on. */
type Key = readonly number[];

const PROTOCOL_NUMBERS = { tcp: 6, udp: 17, sctp: 132 };

/** Services in the order of ipvsadm's listings: mark, family, protocol, address, port. */
export function inServiceOrder<T>(values: readonly T[], idOf: (value: T) => ServiceId): T[] {
  return inKeyOrder(values, (value) => serviceKey(idOf(value)));
}

/** The real servers of a service: address and port, families mixed by their first 32 bits. */
export function inServerOrder<T extends ServerId>(servers: readonly T[]): T[] {
  return inKeyOrder(servers, ({ address, port }) => [...addressWords(address), port]);
}

function serviceKey(id: ServiceId): Key {
  if (id.kind === "mark") return [id.mark, id.family];
  const words = addressWords(id.address);
  const family = id.address.includes(":") ? 6 : 4;
  return [0, family, PROTOCOL_NUMBERS[id.protocol], ...words, id.port];
}

/**
 * Four words for either family, as the kernel keeps addresses: those of IPv4 end in three zeros.
 */
function addressWords(address: string): Key {
  const bytes = addressBytes(address);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length === IPV4_ADDRESS_BYTES) return [view.getUint32(0), 0, 0, 0];
  return [0, 4, 8, 12].map((at) => view.getUint32(at));
}

function inKeyOrder<T>(values: readonly T[], keyOf: (value: T) => Key): T[] {
  const keyed = values.map((value) => ({ value, key: keyOf(value) }));
  return mergeSort(keyed, (one, other) => compareKeys(one.key, other.key)).map(
    ({ value }) => value,
  );
}

/**
 * As ipvsadm compares: by the sign of a 32-bit difference. So an address above 127.255.255.255
 * often comes before one below, and a mark above 2147483647 before everything.
 */
function compareKeys(one: Key, other: Key): number {
  for (const [at, word] of one.entries()) {
    const difference = (word - (other[at] ?? 0)) | 0;
    if (difference !== 0) return difference;
  }
  return 0;
}
