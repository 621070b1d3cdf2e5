import { concat, readU16, writeU16, writeU32 } from "../../src/wire/bytes.ts";
import { checksum } from "../../src/wire/checksum.ts";
import { frame, frameAround } from "../../src/wire/frame.ts";
import type { Icmp } from "../../src/wire/icmp.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";

/**
 * The packets that the captures' hosts injected, as their own small generator made them. A NAT
 * server is such a host too, and what it sends to is then the client's address.
 */
export interface Client {
  readonly address: string;
  readonly mac: string;
  readonly directorMac: string;
  readonly virtual: string;
}

/** What of a packet a case may set otherwise. */
export interface Header {
  readonly ttl?: number;
  readonly id?: number;
  readonly tos?: number;
  readonly dontFragment?: boolean;
  readonly options?: Uint8Array;
  readonly flowLabel?: number;
}

export interface Segment extends Header {
  readonly port: number;
  readonly virtualPort?: number;
  readonly virtual?: string;
  /** tcpdump's letters without the dot: "S", "PA". */
  readonly flags: string;
  readonly acknowledgment?: number;
  readonly data?: Uint8Array;
  /** Spoils the checksum by this xor. */
  readonly spoil?: number;
}

const FLAGS: Readonly<Record<string, TcpFlag>> = {
  F: "fin",
  S: "syn",
  R: "rst",
  P: "psh",
  A: "ack",
};

export function segment(client: Client, spec: Segment): Uint8Array {
  const bytes = frame({
    eth: { source: client.mac, destination: client.directorMac },
    ip: ipOf(client, spec, spec.virtual),
    tcp: {
      sourcePort: spec.port,
      destinationPort: spec.virtualPort ?? 80,
      sequence: 1000,
      acknowledgment: spec.acknowledgment ?? 0,
      flags: [...spec.flags].map((letter) => FLAGS[letter]!),
    },
    ...(spec.data === undefined ? {} : { payload: spec.data }),
  });
  const sum = bytes.length - (spec.data?.length ?? 0) - 4;
  writeU16(bytes, sum, readU16(bytes, sum) ^ (spec.spoil ?? 0));
  return bytes;
}

export interface Datagram extends Header {
  readonly port: number;
  readonly virtualPort: number;
  readonly checksummed?: boolean;
  readonly data?: Uint8Array;
}

export function datagram(client: Client, spec: Datagram): Uint8Array {
  return frame({
    eth: { source: client.mac, destination: client.directorMac },
    ip: ipOf(client, spec),
    udp: {
      sourcePort: spec.port,
      destinationPort: spec.virtualPort,
      checksummed: spec.checksummed ?? true,
    },
    payload: spec.data ?? "x",
  });
}

/** An ICMP message, ICMPv6 between IPv6 addresses. */
export function icmp(client: Client, message: Icmp, header: Header = {}): Uint8Array {
  return frame({
    eth: { source: client.mac, destination: client.directorMac },
    ip: ipOf(client, header),
    icmp: message,
  });
}

/** An SCTP packet with one chunk; INIT and INIT-ACK have 16 bytes of body. */
export function sctp(
  client: Client,
  { port, virtualPort, chunk }: { port: number; virtualPort: number; chunk: number },
): Uint8Array {
  const length = chunk === 1 || chunk === 2 ? 20 : 4;
  const chunks = new Uint8Array(length);
  chunks[0] = chunk;
  writeU16(chunks, 2, length);
  return frame({
    eth: { source: client.mac, destination: client.directorMac },
    ip: ipOf(client, {}),
    sctp: { sourcePort: port, destinationPort: virtualPort, verificationTag: 0, chunks },
  });
}

/** An IP packet of another protocol. */
export function other(client: Client, protocol: number, body: Uint8Array): Uint8Array {
  const bytes = frame({
    eth: { source: client.mac, destination: client.directorMac },
    ip: { ...ipOf(client, {}), protocol },
    payload: body,
  });
  return bytes;
}

/** The fragments of a frame's packet, each with so many bytes of its payload. */
export function fragments(client: Client, whole: Uint8Array, size: number): Uint8Array[] {
  const six = whole[14]! >> 4 === 6;
  const body = whole.slice(six ? 54 : 34);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    const more = at + size < body.length;
    const packet = six ? fragment6(whole, part, at, more) : fragment4(whole, part, at, more);
    parts.push(frameAround({ source: client.mac, destination: client.directorMac }, packet));
  }
  return parts;
}

function fragment4(whole: Uint8Array, part: Uint8Array, at: number, more: boolean): Uint8Array {
  const header = whole.slice(14, 34);
  writeU16(header, 2, header.length + part.length);
  writeU16(header, 6, (more ? 0x2000 : 0) | (at / 8));
  writeU16(header, 10, 0);
  writeU16(header, 10, checksum(header));
  return concat(header, part);
}

const FRAGMENT = 44;

/** With the identification that the captures' generator gives to every packet. */
function fragment6(whole: Uint8Array, part: Uint8Array, at: number, more: boolean): Uint8Array {
  const header = whole.slice(14, 54);
  const extension = new Uint8Array(8);
  extension[0] = header[6]!;
  writeU16(extension, 2, at | (more ? 1 : 0));
  writeU32(extension, 4, 0x7777_7777);
  header[6] = FRAGMENT;
  writeU16(header, 4, extension.length + part.length);
  return concat(header, extension, part);
}

function ipOf(client: Client, header: Header, virtual = client.virtual) {
  return {
    source: client.address,
    destination: virtual,
    ttl: header.ttl ?? 64,
    id: header.id ?? 0x1234,
    dontFragment: header.dontFragment ?? true,
    trafficClass: header.tos ?? 0,
    flowLabel: header.flowLabel ?? 0,
    ...(header.options === undefined ? {} : { options: header.options }),
  };
}
