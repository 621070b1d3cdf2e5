import { TUPLE_FLOW } from "./constants.ts";

/**
 * What names a flow, whichever way its packet went: the client's side and the virtual side
 * (xdp/tuple.h). Templates and replies to NAT are tuples of other kinds, in the same table.
 *
 * Addresses and ports are 32-bit words as they lie in a packet, read little-endian, because that is
 * what the hash takes. An IPv4 address is ::ffff:a.b.c.d, so its last word is the address.
 */
export interface Tuple {
  readonly family: 4 | 6;
  readonly client: Words;
  readonly virtual: Words;
  /** Client port, then virtual port, as they lie in a packet. */
  readonly ports: number;
  readonly protocol: number;
  /** TUPLE_FLOW, TUPLE_TEMPLATE or TUPLE_REVERSE. */
  readonly kind: number;
}

/** The 16 bytes of an address. */
export type Words = readonly [number, number, number, number];

const MAPPED_PREFIX = 0xffff_0000;

export function mappedWords(ipv4: number): Words {
  return [0, 0, MAPPED_PREFIX, ipv4];
}

export function readWords(data: DataView, at: number): Words {
  return [
    data.getUint32(at, true),
    data.getUint32(at + 4, true),
    data.getUint32(at + 8, true),
    data.getUint32(at + 12, true),
  ];
}

export function wordBytes(words: Words): Uint8Array {
  const bytes = new Uint8Array(16);
  const data = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) data.setUint32(4 * i, word, true);
  return bytes;
}

export function sameWords(a: Words, b: Words): boolean {
  return a.every((word, i) => word === b[i]);
}

/** Two ports, given in host order, as the word they are in a packet. */
export function portsWord(client: number, virtual: number): number {
  return (swap16(client) | (swap16(virtual) << 16)) >>> 0;
}

/** Port in host order. */
export function clientPort(tuple: Tuple): number {
  return swap16(tuple.ports & 0xffff);
}

/** Port in host order. */
export function virtualPort(tuple: Tuple): number {
  return swap16(tuple.ports >>> 16);
}

/** The tuple seen from the other end: of a reply, or of a packet quoted by an ICMP error. */
export function reversedTuple(tuple: Tuple): Tuple {
  return {
    ...tuple,
    client: tuple.virtual,
    virtual: tuple.client,
    ports: ((tuple.ports >>> 16) | (tuple.ports << 16)) >>> 0,
    kind: TUPLE_FLOW,
  };
}

function swap16(value: number): number {
  return ((value & 0xff) << 8) | (value >> 8);
}
