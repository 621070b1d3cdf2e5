import type { Reason } from "../../src/datapath/reason.ts";
import { packet } from "../../src/wire/packet-builder.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";
import {
  type Client,
  datagram,
  fragments,
  type Header,
  icmp,
  type Segment,
  segment,
} from "./client.ts";

/** The hosts of packets-edge.txt and what its script lets them send. */

const CLIENT_MACS = { mac: "02:00:00:00:00:50", directorMac: "02:00:00:00:00:10" };
const NAT_MACS = { mac: "02:00:00:00:01:11", directorMac: "02:00:00:00:01:01" };
export const DR_SERVER_MAC = "02:00:00:00:00:13";

export const CLIENT: Client = {
  ...CLIENT_MACS,
  address: "192.168.150.60",
  virtual: "192.168.150.100",
};
export const CLIENT6: Client = {
  ...CLIENT_MACS,
  address: "fd00:150::60",
  virtual: "fd00:150::100",
};
/** What servers send goes to the client. */
export const NAT_SERVER: Client = {
  ...NAT_MACS,
  address: "10.0.0.99",
  virtual: CLIENT.address,
};
export const NAT_SERVER6: Client = {
  ...NAT_MACS,
  address: "fd00:10::99",
  virtual: CLIENT6.address,
};

export interface Beat {
  /** Sent first, without a look at what comes of it. */
  readonly before?: readonly Uint8Array[];
  readonly frames: readonly Uint8Array[];
  /**
   * Why the frames go up to the host's own stack, which then does what the capture shows.
   */
  readonly passes?: Reason;
}

export type Rest = Partial<Omit<Segment, "port" | "flags">>;

export const text = (letter: string, count: number) =>
  new TextEncoder().encode(letter.repeat(count));

export const tcp = (port: number, flags: string, rest: Rest = {}) =>
  segment(CLIENT, { port, flags, ...rest });
export const syn = (port: number, rest: Rest = {}) => tcp(port, "S", rest);
export const syn6 = (port: number, rest: Rest = {}) =>
  segment(CLIENT6, { port, flags: "S", ...rest });
export const data = (port: number) => tcp(port, "PA", { acknowledgment: 1, data: text("x", 1) });
export const udp = (port: number, virtualPort: number, checksummed = true) =>
  datagram(CLIENT, { port, virtualPort, checksummed });
/** An IP packet of so many bytes. */
export const sized = (port: number, size: number, rest: Rest = {}) =>
  tcp(port, "A", { data: text("z", size - 40), ...rest });

/** From the NAT server's port 80 to the client. */
export const answer = (virtualPort: number, flags: string, rest: Rest = {}) =>
  segment(NAT_SERVER, { port: 80, virtualPort, flags, ...rest });

export const sends = (...frames: Uint8Array[]): Beat => ({ frames });
export const after = (before: Uint8Array | readonly Uint8Array[], ...frames: Uint8Array[]) => ({
  before: [before].flat(),
  frames,
});
export const passes = (reason: Reason, ...frames: Uint8Array[]): Beat => ({
  frames,
  passes: reason,
});
export const opens = (port: number) => sends(syn(port), tcp(port, "A", { acknowledgment: 1 }));

/** A datagram of 3000 bytes in fragments, of which each holds `size`. */
export function fragmented(
  from: Client,
  spec: { port: number; virtualPort?: number; id?: number; letter?: string; size: number },
): Uint8Array[] {
  const { port, virtualPort = 53, id = 0, letter = "f", size } = spec;
  const content = { dontFragment: false, data: text(letter, 3000) };
  return fragments(from, datagram(from, { port, virtualPort, id, ...content }), size);
}

export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** The four bytes after the checksum. */
  readonly rest?: number;
}

/** An ICMP error that quotes an IP packet. */
export function errorAbout(
  from: Client,
  { type, code, rest = 0 }: IcmpError,
  quoted: Uint8Array,
  header: Header = {},
): Uint8Array {
  return icmp(from, { type, code, rest, body: quoted }, header);
}

/** An IP packet without its frame. */
export const packetOf = (frame: Uint8Array) => frame.subarray(14);

/** What a tunnel makes of a client's packet on its way to the server. */
export function tunnelled(inner: Uint8Array): Uint8Array {
  return packet({
    ip: {
      source: "192.168.150.10",
      destination: "192.168.150.99",
      protocol: PROTOCOL.ipip,
      ttl: 63,
    },
    payload: inner,
  });
}
