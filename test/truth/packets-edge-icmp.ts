import { type Client, datagram, icmp, segment } from "./client.ts";
import {
  after,
  type Beat,
  CLIENT,
  CLIENT6,
  DR_SERVER_MAC,
  errorAbout,
  NAT_SERVER,
  NAT_SERVER6,
  packetOf,
  passes,
  sends,
  sized,
  syn,
  syn6,
  text,
  tunnelled,
} from "./packets-edge-hosts.ts";

/** The sections of packets-edge.txt about ICMP. */

const FRAGMENTATION_NEEDED = { type: 3, code: 4, rest: 1400 };
const PORT_UNREACHABLE = { type: 3, code: 3 };

/** The client's SYN as it came to the NAT server. */
const atServer = packetOf(
  segment({ ...CLIENT, virtual: NAT_SERVER.address }, { port: 3039, flags: "S", ttl: 63 }),
);
const atServer6 = packetOf(
  segment({ ...CLIENT6, virtual: NAT_SERVER6.address }, { port: 3040, flags: "S", ttl: 63 }),
);

/** A router behind the server. */
const FAR_ROUTER: Client = { ...NAT_SERVER, address: "10.0.0.77" };
/** A router on the client's side, which shares the client's MAC. */
const NEAR_ROUTER: Client = { ...CLIENT, address: "192.168.150.1" };

/** What the client has from the virtual address, as routers quote it. */
const fromVirtual = (port: number, data = "") =>
  packetOf(
    segment(
      { ...CLIENT, address: CLIENT.virtual, virtual: CLIENT.address },
      { port: 80, virtualPort: port, flags: "A", data: text(data, data === "" ? 0 : 20) },
    ),
  );

const tooBigFor = (quoted: Uint8Array) =>
  errorAbout(NEAR_ROUTER, { type: 3, code: 4, rest: 1300 }, quoted.subarray(0, 28));

/** From one connection on, by each forwarding method. */
const aboutAnswers = (port: number): Beat[] => [
  sends(syn(port)),
  sends(tooBigFor(fromVirtual(port, "q"))),
  passes("other-protocol", tooBigFor(fromVirtual(9))),
  sends(tooBigFor(fromVirtual(port + 1))),
  sends(),
];

/** As much as the capture's router quotes, of a tunnel's packet around a SYN from this port. */
const tunnelledSyn = (port: number) => tunnelled(packetOf(syn(port, { ttl: 63 }))).subarray(0, 48);

/** On the way to the DR and TUN server, and that server itself: on the client's LAN. */
const TUNNEL_ROUTER: Client = {
  mac: DR_SERVER_MAC,
  directorMac: CLIENT.directorMac,
  address: "192.168.150.77",
  virtual: "192.168.150.10",
};
const TUNNEL_END: Client = { ...TUNNEL_ROUTER, address: "192.168.150.99" };

const outer = tunnelledSyn(3048);

const learn = [errorAbout(TUNNEL_ROUTER, FRAGMENTATION_NEEDED, tunnelledSyn(3008))];

const ABOUT_TUNNEL =
  "TUN: ICMP frag needed about the OUTER packet, " +
  "sent to the director by a router on the way to the server";

export const ICMP_SCRIPT: Readonly<Record<string, readonly Beat[]>> = {
  "ICMP errors from the NAT server (and routers behind it) to the client": [
    after(syn(3039), errorAbout(NAT_SERVER, PORT_UNREACHABLE, atServer.subarray(0, 28))),
    sends(errorAbout(NAT_SERVER, FRAGMENTATION_NEEDED, atServer.subarray(0, 28))),
    sends(errorAbout(NAT_SERVER, { type: 11, code: 0 }, atServer.subarray(0, 28))),
    sends(errorAbout(NAT_SERVER, { type: 3, code: 1 }, atServer.subarray(0, 28))),
    sends(errorAbout(FAR_ROUTER, FRAGMENTATION_NEEDED, atServer.subarray(0, 28))),
    sends(errorAbout(NAT_SERVER, PORT_UNREACHABLE, atServer)),
    after(syn6(3040), errorAbout(NAT_SERVER6, { type: 1, code: 4 }, atServer6)),
    sends(errorAbout(NAT_SERVER6, { type: 2, code: 0, rest: 1300 }, atServer6)),
  ],
  "ICMP errors from the client side about packets the server sent (addressed to the VIP)": [
    ...[3041, 3043, 3045].flatMap(aboutAnswers),
    sends(syn6(3047)),
    sends(
      errorAbout(
        CLIENT6,
        { type: 2, code: 0, rest: 1300 },
        packetOf(
          segment(
            { ...CLIENT6, address: CLIENT6.virtual, virtual: CLIENT6.address },
            { port: 80, virtualPort: 3047, flags: "A", data: text("q", 20) },
          ),
        ),
      ),
    ),
  ],
  [ABOUT_TUNNEL]: [
    after(syn(3048), errorAbout(TUNNEL_ROUTER, FRAGMENTATION_NEEDED, outer)),
    sends(errorAbout(TUNNEL_END, { type: 3, code: 2 }, outer)),
    sends(errorAbout(TUNNEL_ROUTER, { type: 3, code: 1 }, outer)),
    passes(
      "other-protocol",
      errorAbout(TUNNEL_ROUTER, FRAGMENTATION_NEEDED, outer.subarray(0, 28)),
    ),
  ],
  "ICMPv6, the VIP is an address: DR": [sends(syn6(3001, { ttl: 1 }))],
  "ICMPv6, the VIP is an address: TUN": [
    sends(syn6(3002, { ttl: 1 })),
    after(syn6(3003), segment(CLIENT6, { port: 3003, flags: "A", data: text("z", 1401) })),
  ],
  "ICMPv6, the VIP is an address: NAT": [sends(syn6(3004, { ttl: 1 }))],
  "ICMPv6, the VIP is an address: no server": [
    sends(syn6(3005)),
    sends(datagram(CLIENT6, { port: 3006, virtualPort: 53 })),
    sends(syn6(3007)),
  ],
  "TUN: the MTU of the path to the server is learned": [
    after(syn(3008), ...learn),
    sends(sized(3008, 50)),
    sends(...learn),
    sends(sized(3008, 50)),
    sends(...learn),
    sends(sized(3008, 50)),
    sends(sized(3008, 1500)),
  ],
  "ICMP echo to the VIP": [
    passes(
      "other-protocol",
      icmp(CLIENT, { type: 8, code: 0, rest: 0x0001_0001, body: text("abcdefgh", 1) }),
    ),
    passes(
      "other-protocol",
      icmp(CLIENT6, { type: 128, code: 0, rest: 0x0001_0001, body: text("abcdefgh", 1) }),
    ),
  ],
};
