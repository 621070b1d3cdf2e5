import type { Reason } from "../../src/datapath/reason.ts";
import {
  type Client,
  datagram,
  fragments,
  type Header,
  other,
  type Segment,
  segment,
} from "./client.ts";

/**
 * What the client of packets-edge.txt sends before each thing that the capture shows (a look at the
 * LANs, a listing): the capture has no packets that arrive, its script made them. By section, in
 * order.
 */
export const CLIENT: Client = {
  address: "192.168.150.60",
  mac: "02:00:00:00:00:50",
  directorMac: "02:00:00:00:00:10",
  virtual: "192.168.150.100",
};

export interface Beat {
  readonly frames: readonly Uint8Array[];
  /**
   * Why the last of them goes up to the host's own stack, which then does what the capture shows.
   */
  readonly passes?: Reason;
}

type Rest = Partial<Omit<Segment, "port" | "flags">>;

const text = (letter: string, count: number) => new TextEncoder().encode(letter.repeat(count));

const tcp = (port: number, flags: string, rest: Rest = {}) =>
  segment(CLIENT, { port, flags, ...rest });
const syn = (port: number, rest: Rest = {}) => tcp(port, "S", rest);
const data = (port: number) => tcp(port, "PA", { acknowledgment: 1, data: text("x", 1) });
const udp = (port: number, virtualPort: number, checksummed = true) =>
  datagram(CLIENT, { port, virtualPort, checksummed });
const big = (port: number, header: Header = {}) =>
  tcp(port, "A", { data: text("z", 1460), ...header });

const sends = (...frames: Uint8Array[]): Beat => ({ frames });
const passes = (reason: Reason, ...frames: Uint8Array[]): Beat => ({ frames, passes: reason });
const opens = (port: number) => sends(syn(port), tcp(port, "A", { acknowledgment: 1 }));

/** A connection that is opened and closed four times from one port. */
const reuses = (port: number) =>
  sends(...["S", "A", "FA"].map((flags) => tcp(port, flags, { acknowledgment: 1 })));

/** 3008 bytes of UDP, of which each fragment holds so many. */
const fragmented = (port: number, id: number, size: number) =>
  fragments(
    CLIENT,
    datagram(CLIENT, { port, virtualPort: 53, id, dontFragment: false, data: text("f", 3000) }),
    size,
  );

/** A section that begins with the rules of the one before it. */
export const RULES_OF: Readonly<Record<string, string>> = {
  "service port, first packet is not a SYN (DR)": "packets to the VIP that belong to no service",
};

export const SCRIPT: Readonly<Record<string, readonly Beat[]>> = {
  "DR: TTL, TOS, DF, IP id": [
    sends(syn(3001, { ttl: 64, id: 0x1111 })),
    sends(syn(3002, { ttl: 64, id: 0x2222, dontFragment: false })),
    sends(syn(3003, { ttl: 2, id: 0x3333 })),
    sends(syn(3004, { ttl: 1, id: 0x4444 })),
    sends(syn(3005, { ttl: 255, id: 0, tos: 0xb9 })),
    sends(syn(3006, { ttl: 64, id: 0x5555, dontFragment: false, tos: 3 })),
  ],
  "DR and NAT: too big for the server side (lb eth0/eth1 MTU towards the server 1400)": [
    sends(syn(3037)),
    sends(big(3037)),
    sends(big(3037, { dontFragment: false })),
  ],
  "ICMP echo to the VIP": [
    passes("other-protocol", other(CLIENT, 1, Uint8Array.from([8, 0, 0, 0, 0, 1, 0, 1]))),
  ],
  "no server available": [
    sends(syn(3049)),
    sends(syn(3050, { data: text("d", 100) })),
    passes("not-a-syn", tcp(3051, "A", { acknowledgment: 77 })),
    sends(udp(3052, 53)),
    // SCTP and IPv6, which are not there yet.
    sends(),
    sends(),
    sends(),
    sends(syn(3056)),
  ],
  "packets to the VIP that belong to no service": [
    passes("not-a-service", syn(3061, { virtualPort: 81 })),
    passes("not-a-service", udp(3062, 80)),
  ],
  "service port, first packet is not a SYN (DR)": [
    passes("not-a-syn", tcp(3064, "A", { acknowledgment: 5000 })),
    passes("not-a-syn", tcp(3065, "FA", { acknowledgment: 5000 })),
    passes("not-a-syn", tcp(3066, "R", { acknowledgment: 5000 })),
    sends(tcp(3067, "SA", { acknowledgment: 5000 })),
    passes("not-a-syn", tcp(3068, "PA", { acknowledgment: 5000 })),
    sends(tcp(3069, "A", { acknowledgment: 5000 })),
  ],
  "the server is unreachable": [
    sends(syn(3070)),
    // TUN.
    sends(),
    sends(syn(3072)),
    sends(),
    // NAT, TUN, IPv6.
    sends(),
    sends(),
    sends(),
    sends(syn(3076)),
  ],
  "bad checksums, zero UDP checksum": [
    sends(syn(3077, { spoil: 0x0101 })),
    sends(udp(3078, 53, false)),
    sends(udp(3079, 53)),
  ],
  fragments: [
    sends(...fragmented(3086, 0xabcd, 1000)),
    sends(...fragmented(3087, 0xabce, 1480).reverse()),
    sends(fragmented(3088, 0xabcf, 1480)[0]!),
  ],
  "IP options": [sends(syn(3083, { options: Uint8Array.of(0x94, 4, 0, 0) }))],
  "expire_nodest_conn=1 and SYN reuse when the server has weight 0 (DR, established and FIN_WAIT)":
    [opens(3099), sends(data(3099)), sends(syn(3099))],
  "quiesce: weight 0 with a live connection (DR)": [
    opens(3100),
    sends(data(3100)),
    sends(syn(3101)),
    sends(syn(3100)),
    sends(tcp(3100, "FA", { acknowledgment: 1 })),
    sends(syn(3100)),
    sends(),
  ],
  "conn_reuse_mode: SYN with the same ports as a finished connection; two servers, rr": [
    reuses(3102),
    reuses(3103),
    reuses(3104),
    reuses(3105),
  ],
  "the server of a live connection is removed, expire_nodest_conn=0 (default)": [
    opens(3109),
    sends(),
    sends(data(3109)),
    sends(),
    sends(syn(3109)),
    sends(),
  ],
  "the same with expire_nodest_conn=1": [
    opens(3110),
    sends(),
    passes("not-a-syn", data(3110)),
    sends(),
    passes("not-a-syn", data(3110)),
    sends(),
    sends(syn(3110)),
    sends(),
    sends(udp(3111, 53)),
    sends(udp(3111, 53)),
    sends(),
    sends(udp(3111, 53)),
    sends(),
    sends(udp(3111, 53)),
    sends(),
  ],
  "a server that is the director itself": [passes("local-server", syn(3126))],
  "a VIP that is not a local address of the director (routed through it)": [
    passes("vip-not-local", syn(3129, { virtual: "203.0.113.5" })),
    sends(),
  ],
  "other protocols to the VIP with a service": [
    passes("other-protocol", other(CLIENT, 47, Uint8Array.from([0, 0, 8, 0]))),
    passes("other-protocol", other(CLIENT, 50, new Uint8Array(48))),
  ],
};
