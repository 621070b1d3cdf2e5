import type { Header } from "./client.ts";
import { segment } from "./client.ts";
import {
  answer,
  type Beat,
  CLIENT6,
  passes,
  sends,
  sized,
  syn,
  syn6,
  text,
} from "./packets-edge-hosts.ts";

/** The sections of packets-edge.txt about what forwarding changes in a packet, and its size. */

/** Headers of IPv4 of which each method forwards one SYN. */
const HEADERS: readonly Header[] = [
  { ttl: 64, id: 0x1111 },
  { ttl: 64, id: 0x2222, dontFragment: false },
  { ttl: 2, id: 0x3333 },
  { ttl: 1, id: 0x4444 },
  { ttl: 255, id: 0, tos: 0xb9 },
  { ttl: 64, id: 0x5555, dontFragment: false, tos: 3 },
];
const HEADERS6: readonly Header[] = [
  { ttl: 64, flowLabel: 0x12345 },
  { ttl: 1 },
  { ttl: 255, tos: 0xb9 },
];

const each = (first: number) => HEADERS.map((header, i) => sends(syn(first + i, header)));
const each6 = (first: number) => HEADERS6.map((header, i) => sends(syn6(first + i, header)));

/** A SYN, and then an IP packet of each size. */
const sizes = (port: number, ...bytes: readonly number[]): Beat[] => [
  sends(syn(port)),
  ...bytes.map((size) => sends(sized(port, size))),
];

const sized6 = (port: number, size: number) =>
  segment(CLIENT6, { port, flags: "A", data: text("z", size - 60) });

export const FORWARDING_SCRIPT: Readonly<Record<string, readonly Beat[]>> = {
  "DR: TTL, TOS, DF, IP id": each(3001),
  "TUN: TTL, TOS, DF, IP id": [
    ...each(3007),
    sends(syn(3013)),
    sends(syn(3014, { dontFragment: false })),
  ],
  "NAT: TTL, TOS, DF, IP id": [
    ...each(3015),
    sends(syn(3021)),
    sends(answer(3021, "SA", { id: 0x7777 })),
    passes("reply-up", answer(3021, "A", { ttl: 1 })),
  ],
  "DR IPv6: hop limit, traffic class, flow label": each6(3022),
  "TUN IPv6: hop limit, traffic class, flow label": each6(3025),
  "NAT IPv6: hop limit, traffic class, flow label": each6(3028),
  "TUN: too big for the tunnel (MTU 1500 everywhere)": [
    sends(syn(3031)),
    sends(sized(3031, 1480, { id: 0x6666 })),
    sends(sized(3031, 1481, { id: 0x6666 })),
    sends(sized(3031, 1500, { id: 0x6666 })),
    sends(sized(3031, 1500, { id: 0x6666, dontFragment: false })),
    sends(sized(3031, 1500, { id: 0x6667 })),
    ...sizes(3032, 1476, 1477),
    ...sizes(3033, 1472, 1473),
    ...sizes(3034, 1468, 1469),
    ...sizes(3035, 1464, 1465),
    sends(syn6(3036)),
    sends(sized6(3036, 1460)),
    sends(sized6(3036, 1461)),
  ],
  "DR and NAT: too big for the server side (lb eth0/eth1 MTU towards the server 1400)": [
    ...[3037, 3038].flatMap((port) => [
      ...sizes(port, 1500),
      sends(sized(port, 1500, { dontFragment: false })),
    ]),
  ],
};
