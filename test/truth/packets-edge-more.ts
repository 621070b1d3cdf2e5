import { type Client, datagram, fragments, type Header, segment } from "./client.ts";
import {
  after,
  type Beat,
  CLIENT,
  CLIENT6,
  errorAbout,
  fragmented,
  NAT_SERVER,
  NAT_SERVER6,
  packetOf,
  passes,
  type Rest,
  sends,
  syn,
  syn6,
  tcp,
  text,
  udp,
} from "./packets-edge-hosts.ts";

/** What is sent in packets-edge-more.txt, besides the sections that packets-edge-icmp.ts has. */

const HEADERS: readonly Header[] = [
  { ttl: 64 },
  { ttl: 255, tos: 0xb9, dontFragment: false },
  { ttl: 9, tos: 3 },
  { ttl: 1 },
];

const IP_AND_TCP = { 4: 40, 6: 60 } as const;

/** An IP packet of so many bytes with data. */
function sizedBy(client: Client, port: number, size: number): Uint8Array {
  const headers = IP_AND_TCP[client === CLIENT6 ? 6 : 4];
  return segment(client, { port, flags: "A", data: text("z", size - headers) });
}

/** Four SYNs, and then what just fits the tunnel, and what does not. */
function tunnel(client: Client, port: number, fits: number): Beat[] {
  const last = port + HEADERS.length;
  return [
    ...HEADERS.map((header, i) =>
      sends(segment(client, { port: port + i, flags: "S", ...header })),
    ),
    after(segment(client, { port: last, flags: "S" }), sizedBy(client, last, fits)),
    sends(sizedBy(client, last, fits + 1)),
  ];
}

const atServer = packetOf(
  datagram({ ...CLIENT, virtual: NAT_SERVER.address }, { port: 4043, virtualPort: 5353, ttl: 63 }),
);
const markedAtServer = packetOf(
  segment(
    { ...CLIENT, virtual: NAT_SERVER.address },
    { port: 4050, virtualPort: 8003, flags: "S", ttl: 63 },
  ),
);

const PORT_UNREACHABLE = { type: 3, code: 3 };
const FROM_VIRTUAL: Client = { ...CLIENT, address: CLIENT.virtual, virtual: CLIENT.address };
const FROM_VIRTUAL6: Client = { ...CLIENT6, address: CLIENT6.virtual, virtual: CLIENT6.address };

const udpAnswer = (port: number) =>
  packetOf(datagram(FROM_VIRTUAL, { port: 53, virtualPort: port, data: text("q", 20) }));

const tooBig6 = (port: number) =>
  errorAbout(
    CLIENT6,
    { type: 2, code: 0, rest: 1300 },
    packetOf(
      segment(FROM_VIRTUAL6, { port: 80, virtualPort: port, flags: "A", data: text("q", 20) }),
    ),
  );

const answer6 = (port: number, flags: string, rest: Rest = {}) =>
  segment(NAT_SERVER6, { port: 80, virtualPort: port, flags, ...rest });

/** A message whose checksum is wrong in its lowest bit of the first byte. */
function spoiled(frame: Uint8Array): Uint8Array {
  const bytes = frame.slice();
  bytes[36]! ^= 1;
  return bytes;
}

export const MORE_SCRIPT: Readonly<Record<string, readonly Beat[]>> = {
  "TUN, IPv4 in IPv6": tunnel(CLIENT, 4001, 1460),
  "TUN, IPv6 in IPv4": tunnel(CLIENT6, 4006, 1480),
  "TUN, gre, IPv4 in IPv6": tunnel(CLIENT, 4011, 1456),
  "TUN, gre with a checksum, IPv6 in IPv4": tunnel(CLIENT6, 4016, 1472),
  "TUN, gue, IPv6 in IPv4": tunnel(CLIENT6, 4021, 1468),
  "TUN, gue with a checksum, IPv4 in IPv6": tunnel(CLIENT, 4026, 1448),
  "TUN, gre, IPv4 in IPv4": tunnel(CLIENT, 4031, 1476),
  "TUN, gue with a checksum, IPv4 in IPv4": tunnel(CLIENT, 4036, 1468),
  "IPv6, DR and NAT: too big for the server side": [4041, 4042].flatMap((port) => [
    after(syn6(port), sizedBy(CLIENT6, port, 1400)),
    sends(sizedBy(CLIENT6, port, 1401)),
  ]),
  "NAT of UDP: ICMP errors both ways": [
    after(udp(4043, 53), errorAbout(NAT_SERVER, PORT_UNREACHABLE, atServer)),
    sends(errorAbout(NAT_SERVER, PORT_UNREACHABLE, atServer.subarray(0, 28))),
    sends(spoiled(errorAbout(NAT_SERVER, PORT_UNREACHABLE, atServer))),
    passes("reply-up", errorAbout(NAT_SERVER, PORT_UNREACHABLE, atServer, { ttl: 1 })),
    sends(errorAbout(CLIENT, PORT_UNREACHABLE, udpAnswer(4043))),
    passes("other-protocol", errorAbout(CLIENT, PORT_UNREACHABLE, udpAnswer(9))),
  ],
  "IPv6: ICMP errors of the client about answers of DR and TUN servers": [4044, 4045].map((port) =>
    after(syn6(port), tooBig6(port)),
  ),
  "NAT, IPv6: answers": [
    after(syn6(4046), answer6(4046, "SA", { flowLabel: 0x54321 })),
    sends(answer6(4046, "A", { tos: 0xb9 })),
    passes("reply-up", answer6(4046, "A", { ttl: 1 })),
    after(
      datagram(CLIENT6, { port: 4047, virtualPort: 53 }),
      datagram(NAT_SERVER6, { port: 5353, virtualPort: 4047, data: text("yes", 1) }),
    ),
    sends(...fragmented(NAT_SERVER6, { port: 5353, virtualPort: 4047, letter: "g", size: 1200 })),
  ],
  "fragments of TCP, NAT": [
    after(
      syn(4048),
      ...fragments(
        CLIENT,
        tcp(4048, "PA", { data: text("h", 1000), id: 0x4321, dontFragment: false }),
        400,
      ),
    ),
    sends(...fragments(CLIENT, syn(4049, { id: 0x4322, dontFragment: false }), 8)),
  ],
  "firewall mark, NAT: ICMP errors": [
    after(
      syn(4050, { virtualPort: 8003 }),
      errorAbout(NAT_SERVER, PORT_UNREACHABLE, markedAtServer),
    ),
    sends(
      errorAbout(
        CLIENT,
        { type: 3, code: 4, rest: 1300 },
        packetOf(
          segment(FROM_VIRTUAL, {
            port: 8003,
            virtualPort: 4050,
            flags: "A",
            data: text("q", 20),
          }),
        ).subarray(0, 28),
      ),
    ),
    sends(segment(NAT_SERVER, { port: 8003, virtualPort: 4050, flags: "SA" })),
  ],
};
