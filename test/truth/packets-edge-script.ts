import { concat } from "../../src/wire/bytes.ts";
import { datagram, other, sctp, segment } from "./client.ts";
import { FORWARDING_SCRIPT } from "./packets-edge-forwarding.ts";
import {
  after,
  answer,
  type Beat,
  CLIENT,
  CLIENT6,
  data,
  fragmented,
  NAT_SERVER,
  opens,
  passes,
  sends,
  syn,
  syn6,
  tcp,
  text,
  udp,
} from "./packets-edge-hosts.ts";
import { ICMP_SCRIPT } from "./packets-edge-icmp.ts";
import { MORE_SCRIPT } from "./packets-edge-more.ts";

/**
 * What the client of packets-edge.txt sends before each thing that the capture shows (a look at the
 * LANs, a listing): the capture has no packets that arrive, its script made them. By section, in
 * order.
 */

/** A datagram in fragments in order, one in reverse order, and the first fragment of one. */
const fragments = (port: number): Beat[] => [
  sends(...fragmented(CLIENT, { port, id: 0xabcd, size: 1000 })),
  sends(...fragmented(CLIENT, { port: port + 1, id: 0xabce, size: 1480 }).reverse()),
  sends(fragmented(CLIENT, { port: port + 2, id: 0xabcf, size: 1480 })[0]!),
];

/** A connection that is opened and closed four times from one port. */
const reuses = (port: number) =>
  sends(...["S", "A", "FA"].map((flags) => tcp(port, flags, { acknowledgment: 1 })));

/** A section that begins with the rules of the one before it. */
export const RULES_OF: Readonly<Record<string, string>> = {
  "service port, first packet is not a SYN (DR)": "packets to the VIP that belong to no service",
};

export const SCRIPT: Readonly<Record<string, readonly Beat[]>> = {
  ...FORWARDING_SCRIPT,
  ...ICMP_SCRIPT,
  ...MORE_SCRIPT,
  "no server available": [
    sends(syn(3049)),
    sends(syn(3050, { data: text("d", 100) })),
    passes("not-a-syn", tcp(3051, "A", { acknowledgment: 77 })),
    sends(udp(3052, 53)),
    sends(sctp(CLIENT, { port: 3053, virtualPort: 9999, chunk: 1 })),
    sends(syn6(3054)),
    sends(datagram(CLIENT6, { port: 3055, virtualPort: 53 })),
    sends(syn(3056)),
    sends(syn(3057, { virtualPort: 8001 })),
    passes("not-a-service", udp(3058, 8001)),
    sends(syn(3059, { virtualPort: 8002 })),
    sends(syn(3060, { virtualPort: 8003 })),
  ],
  "packets to the VIP that belong to no service": [
    passes("not-a-service", syn(3061, { virtualPort: 81 })),
    passes("not-a-service", udp(3062, 80)),
    passes("not-a-service", syn6(3063, { virtualPort: 81 })),
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
    sends(syn(3071)),
    sends(syn(3072)),
    sends(),
    sends(syn(3073)),
    sends(syn(3074)),
    sends(syn6(3075)),
    sends(syn(3076)),
  ],
  "bad checksums, zero UDP checksum": [
    sends(syn(3077, { spoil: 0x0101 })),
    sends(udp(3078, 53, false)),
    sends(udp(3079, 53)),
    sends(syn(3080, { spoil: 0x0101 })),
    sends(udp(3081, 53, false)),
    sends(udp(3082, 53)),
    sends(datagram(NAT_SERVER, { port: 5353, virtualPort: 3082, checksummed: false })),
  ],
  fragments: [
    ...fragments(3086),
    sends(...fragmented(CLIENT6, { port: 3089, size: 1200 })),
    ...fragments(3090),
    sends(...fragmented(CLIENT6, { port: 3093, size: 1200 })),
    ...fragments(3094),
    after(
      udp(3097, 53),
      ...fragmented(NAT_SERVER, {
        port: 53,
        virtualPort: 3097,
        id: 0x9999,
        letter: "g",
        size: 1480,
      }),
    ),
    sends(...fragmented(CLIENT6, { port: 3098, size: 1200 })),
  ],
  "a server packet from a service port for which there is no connection (NAT)": [
    passes("not-a-service", answer(55555, "A")),
    sends(answer(55556, "A")),
    passes("not-a-service", answer(55557, "R")),
    passes("not-a-service", segment(NAT_SERVER, { port: 22, virtualPort: 55558, flags: "SA" })),
  ],
  "IP options": [3083, 3084, 3085].map((port) =>
    sends(syn(port, { options: Uint8Array.of(0x94, 4, 0, 0) })),
  ),
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
    reuses(3106),
    reuses(3107),
    reuses(3108),
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
  "persistence and quiesce: expire_quiescent_template": [3112, 3114, 3116, 3118, 3120, 3122].map(
    (port) => sends(syn(port), syn(port + 1)),
  ),
  "persistence and thresholds: templates count? -x 1": [after(syn(3124), syn(3125))],
  "a server that is the director itself": [
    passes("local-server", syn(3126)),
    passes("local-port", syn(3127)),
    sends(syn(3128)),
  ],
  "a VIP that is not a local address of the director (routed through it)": [
    passes("vip-not-local", syn(3129, { virtual: "203.0.113.5" })),
    sends(),
  ],
  "other protocols to the VIP with a service": [
    passes("other-protocol", other(CLIENT, 47, concat(Uint8Array.of(0, 0, 8, 0), text("x", 20)))),
    passes(
      "other-protocol",
      other(CLIENT, 50, concat(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1), text("x", 40))),
    ),
  ],
};
