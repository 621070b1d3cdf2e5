import { concat } from "../../src/wire/bytes.ts";
import { checksum } from "../../src/wire/checksum.ts";
import { frame, frameAround } from "../../src/wire/frame.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";

/** The packets that the captures' client injected, as its own small generator made them. */
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
  new DataView(bytes.buffer).setUint16(
    sum,
    new DataView(bytes.buffer).getUint16(sum) ^ (spec.spoil ?? 0),
  );
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
  const header = whole.slice(14, 34);
  const body = whole.slice(34);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    const last = at + size >= body.length;
    const own = header.slice();
    const view = new DataView(own.buffer);
    view.setUint16(2, own.length + part.length);
    view.setUint16(6, (last ? 0 : 0x2000) | (at / 8));
    view.setUint16(10, 0);
    view.setUint16(10, checksum(own));
    const eth = { source: client.mac, destination: client.directorMac };
    parts.push(frameAround(eth, concat(own, part)));
  }
  return parts;
}

function ipOf(client: Client, header: Header, virtual = client.virtual) {
  return {
    source: client.address,
    destination: virtual,
    ttl: header.ttl ?? 64,
    id: header.id ?? 0x1234,
    dontFragment: header.dontFragment ?? true,
    trafficClass: header.tos ?? 0,
    ...(header.options === undefined ? {} : { options: header.options }),
  };
}
