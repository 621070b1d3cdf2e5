import type { Reason } from "../../src/datapath/reason.ts";
import type { NetworkView } from "../../src/state/next-hop.ts";
import { type Rules, type Server, type Service, serviceName } from "../../src/state/rule.ts";
import { IPVS_TIMEOUTS } from "../../src/state/timeouts.ts";
import { concat, writeU16 } from "../../src/wire/bytes.ts";
import { type FrameSpec, frame } from "../../src/wire/frame.ts";
import type { IpSpec, TcpSpec } from "../../src/wire/packet-builder.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";
import { DIRECTOR_MAC } from "./machine.ts";
import type { Settings, Step } from "./step.ts";

/** One frame, what happened before it, and what becomes of it. */
export interface Fixture {
  /** "A packet that …" */
  readonly name: string;
  readonly before?: readonly Step[];
  readonly frame: Uint8Array;
  readonly verdict: "drop" | "pass" | "tx" | "redirect";
  /** All that is counted, in the order of REASONS. */
  readonly reasons: readonly Reason[];
  /** The frame afterwards; as it came where nothing is said. */
  readonly after?: Uint8Array;
}

const CLIENT = "198.51.100.7";
const CLIENT_MAC = "02:00:00:00:00:01";
const VIP = "192.168.150.100";
const FOREIGN_VIP = "192.168.150.200";
const OTHER_LINK_MAC = "02:00:00:00:02:10";
const NODE_02 = "192.168.150.12";
const NODE_03 = "192.168.150.13";
const MACS = { [NODE_02]: "02:00:00:00:00:12", [NODE_03]: "02:00:00:00:00:13" } as const;
const ON_OTHER_LINK = "10.0.0.2";
const BEHIND_NARROW_ROUTE = "172.16.0.2";
const UNKNOWN_NEIGHBOUR = "192.168.150.50";
const FAILED_NEIGHBOUR = "192.168.150.51";
const DIRECTOR = "192.168.150.11";

const TO_DIRECTOR = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
const FROM_DIRECTOR = { source: DIRECTOR_MAC, destination: CLIENT_MAC };

const neighbour = (mac: string) => ({ mac, usable: true, failed: false });
const route = (destination: string, type: number, table: number, link = 1) => {
  return { destination, type, table, link, metric: 0, mtu: 0 };
};

export const NETWORK: NetworkView = {
  links: new Map([
    [1, { mac: DIRECTOR_MAC, mtu: 1500, up: true }],
    [2, { mac: OTHER_LINK_MAC, mtu: 1500, up: true }],
  ]),
  routes: [
    route(`${VIP}/32`, 2, 255),
    route(`${DIRECTOR}/32`, 2, 255),
    route("192.168.150.0/24", 1, 254),
    route("10.0.0.0/24", 1, 254, 2),
    { ...route("172.16.0.0/16", 1, 254), gateway: NODE_02, mtu: 600 },
  ],
  neighbours: new Map([
    [`1 ${NODE_02}`, neighbour(MACS[NODE_02])],
    [`1 ${NODE_03}`, neighbour(MACS[NODE_03])],
    [`2 ${ON_OTHER_LINK}`, neighbour("02:00:00:00:02:02")],
    [`1 ${FAILED_NEIGHBOUR}`, { mac: "", usable: false, failed: true }],
  ]),
};

const SETTINGS: Settings = {
  lease: "forever",
  connReuseMode: 1,
  sloppyTcp: false,
  expireNodestConn: false,
};

function server(address: string, weight = 1): Server {
  return { address, port: 80, method: "dr", weight, upperThreshold: 0, lowerThreshold: 0 };
}

/** Round robin over these, the newest first. */
function rules(servers: readonly Server[], address = VIP): Step {
  const options = { scheduler: "rr", onePacket: false, schedulerFlags: 0, servers };
  const services = (["tcp", "udp"] as const).map((protocol): Service => {
    return { id: { kind: "address", protocol, address, port: 80 }, ...options };
  });
  const named = services.map((service) => [serviceName(service.id), service] as const);
  const all: Rules = { services: new Map(named), timeouts: IPVS_TIMEOUTS };
  return { kind: "rules", rules: all };
}

const settings = (change: Partial<Settings>): Step => {
  return { kind: "settings", settings: { ...SETTINGS, ...change } };
};
const packet = (bytes: Uint8Array): Step => ({ kind: "packet", frame: bytes });

/** What every fixture starts from: two real servers, NODE_03 added last. */
export const START: readonly Step[] = [
  { kind: "network", network: NETWORK },
  rules([server(NODE_03), server(NODE_02)]),
  settings({}),
];

interface Segment {
  readonly flags?: readonly TcpFlag[];
  readonly ip?: Partial<IpSpec>;
  readonly tcp?: Partial<TcpSpec>;
  readonly payload?: Uint8Array | string;
  readonly eth?: FrameSpec["eth"];
}

/** A segment from the client to the service; a SYN where nothing else is said. */
function tcp({
  flags = ["syn"],
  ip = {},
  tcp = {},
  payload = "",
  eth = TO_DIRECTOR,
}: Segment = {}) {
  return frame({
    eth,
    ip: { source: CLIENT, destination: VIP, ...ip },
    tcp: { sourcePort: 40001, destinationPort: 80, flags, ...tcp },
    payload,
  });
}

function udp(payload = "", eth = TO_DIRECTOR, ttl = 64): Uint8Array {
  return frame({
    eth,
    ip: { source: CLIENT, destination: VIP, ttl },
    udp: { sourcePort: 40001, destinationPort: 80 },
    payload,
  });
}

/** What goes to a real server: its MAC address, and a TTL one less. */
function sentTo(address: keyof typeof MACS, segment: Segment = {}): Uint8Array {
  const eth = { source: DIRECTOR_MAC, destination: MACS[address] };
  return tcp({ ...segment, eth, ip: { ttl: 63, ...segment.ip } });
}

/** The director's answer about a frame's datagram, of which it quotes at most 548 bytes. */
function icmp(about: Uint8Array, type: number, code: number, rest = 0): Uint8Array {
  const id = (about[18]! << 8) | about[19]!;
  return frame({
    eth: FROM_DIRECTOR,
    ip: {
      source: VIP,
      destination: CLIENT,
      id,
      trafficClass: 0xc0,
      dontFragment: false,
    },
    icmp: { type, code, rest, body: about.subarray(14, 14 + 548) },
  });
}

/** A frame with 16 bits of it changed, and no checksum made to fit. */
function patched(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  writeU16(copy, at, value);
  return copy;
}

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, i) => i & 0xff);

/** More flows than the largest of the small tables has entries. */
const MANY = 300;
const manyFlows = (flags: readonly TcpFlag[]): Step[] =>
  Array.from({ length: MANY }, (_, i) =>
    packet(tcp({ flags, ip: { source: `198.51.${i >> 8}.${i & 0xff}` } })),
  );

const SYN = tcp();
const ACK = tcp({ flags: ["ack"] });
const LONG = bytes(1000);

export const FIXTURES: readonly Fixture[] = [
  {
    name: "A SYN goes to the real server that was added last",
    frame: SYN,
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_03),
  },
  {
    name: "A second connection goes to the next server",
    before: [packet(SYN)],
    frame: tcp({ tcp: { sourcePort: 40002 } }),
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_02, { tcp: { sourcePort: 40002 } }),
  },
  {
    name: "A packet of a connection stays with its server",
    before: [packet(SYN)],
    frame: tcp({ flags: ["psh", "ack"], payload: "GET / HTTP/1.1\r\n\r\n" }),
    verdict: "tx",
    reasons: ["forwarded"],
    after: sentTo(NODE_03, { flags: ["psh", "ack"], payload: "GET / HTTP/1.1\r\n\r\n" }),
  },
  {
    name: "A SYN that is sent again stays with its server",
    before: [packet(SYN)],
    frame: SYN,
    verdict: "tx",
    reasons: ["forwarded"],
    after: sentTo(NODE_03),
  },
  {
    name: "Any datagram opens a connection of UDP",
    frame: udp("hello"),
    verdict: "tx",
    reasons: ["scheduled"],
    after: udp("hello", { source: DIRECTOR_MAC, destination: MACS[NODE_03] }, 63),
  },
  {
    name: "A server on another link is reached through that link",
    before: [rules([server(ON_OTHER_LINK)])],
    frame: SYN,
    verdict: "redirect",
    reasons: ["scheduled"],
    after: tcp({
      eth: { source: OTHER_LINK_MAC, destination: "02:00:00:00:02:02" },
      ip: { ttl: 63 },
    }),
  },
  {
    name: "A server of weight 0 gets nothing new",
    before: [rules([server(NODE_03, 0), server(NODE_02)])],
    frame: SYN,
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_02),
  },
  {
    name: "The padding of a short frame goes with it",
    frame: concat(SYN, new Uint8Array(6)),
    verdict: "tx",
    reasons: ["scheduled"],
    after: concat(sentTo(NODE_03), new Uint8Array(6)),
  },
  {
    name: "IP options do not hide the ports",
    frame: tcp({ ip: { options: new Uint8Array(8).fill(1) } }),
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_03, { ip: { options: new Uint8Array(8).fill(1), ttl: 63 } }),
  },
  {
    name: "ARP is the kernel's",
    frame: patched(SYN, 12, 0x0806),
    verdict: "pass",
    reasons: ["not-ip"],
  },
  {
    name: "IPv6 is the kernel's",
    frame: patched(SYN, 12, 0x86dd),
    verdict: "pass",
    reasons: ["not-ip"],
  },
  {
    name: "An Ethernet header alone is the kernel's",
    frame: patched(SYN, 12, 0x0806).subarray(0, 14),
    verdict: "pass",
    reasons: ["not-ip"],
  },
  {
    name: "An IPv4 header that is not there is malformed",
    frame: SYN.subarray(0, 14),
    verdict: "pass",
    reasons: ["malformed"],
  },
  {
    name: "An IPv4 header cut by a byte is malformed",
    frame: SYN.subarray(0, 33),
    verdict: "pass",
    reasons: ["malformed"],
  },
  {
    name: "A TCP header cut by a byte is malformed",
    frame: patched(SYN, 16, 39).subarray(0, 53),
    verdict: "pass",
    reasons: ["malformed"],
  },
  {
    name: "A total length beyond the frame is malformed",
    frame: patched(SYN, 16, 41),
    verdict: "pass",
    reasons: ["malformed"],
  },
  {
    name: "A header of four words is malformed",
    frame: patched(SYN, 14, 0x4400),
    verdict: "pass",
    reasons: ["malformed"],
  },
  {
    name: "Version 5 in a frame of IPv4 is malformed",
    frame: patched(SYN, 14, 0x5500),
    verdict: "pass",
    reasons: ["malformed"],
  },
  {
    name: "A frame to another host's MAC address is left alone",
    frame: tcp({ eth: { source: CLIENT_MAC, destination: MACS[NODE_02] } }),
    verdict: "pass",
    reasons: ["not-for-us"],
  },
  {
    name: "A broadcast frame is left alone",
    frame: tcp({ eth: { source: CLIENT_MAC, destination: "ff:ff:ff:ff:ff:ff" } }),
    verdict: "pass",
    reasons: ["not-for-us"],
  },
  {
    name: "A later fragment has no ports",
    frame: patched(SYN, 20, 0x00b9),
    verdict: "pass",
    reasons: ["fragment"],
  },
  {
    name: "A first fragment to a service opens nothing",
    frame: patched(SYN, 20, 0x2000),
    verdict: "drop",
    reasons: ["fragment-of-service"],
  },
  {
    name: "ICMP is the kernel's",
    frame: frame({
      eth: TO_DIRECTOR,
      ip: { source: CLIENT, destination: VIP },
      icmp: { type: 8, code: 0, rest: 1, body: bytes(8) },
    }),
    verdict: "pass",
    reasons: ["other-protocol"],
  },
  {
    name: "A port without a service is the kernel's",
    frame: tcp({ tcp: { destinationPort: 81 } }),
    verdict: "pass",
    reasons: ["not-a-service"],
  },
  {
    name: "A service whose VIP is not ours is the kernel's",
    before: [rules([server(NODE_02)], FOREIGN_VIP)],
    frame: tcp({ ip: { destination: FOREIGN_VIP } }),
    verdict: "pass",
    reasons: ["vip-not-local"],
  },
  {
    name: "An ACK without a connection opens none",
    frame: ACK,
    verdict: "pass",
    reasons: ["not-a-syn"],
  },
  {
    name: "With sloppy_tcp an ACK opens a connection",
    before: [settings({ sloppyTcp: true })],
    frame: ACK,
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_03, { flags: ["ack"] }),
  },
  {
    name: "A RST opens none even so",
    before: [settings({ sloppyTcp: true })],
    frame: tcp({ flags: ["rst"] }),
    verdict: "pass",
    reasons: ["not-a-syn"],
  },
  {
    name: "A real server that is the director itself is the kernel's business",
    before: [rules([server(DIRECTOR)])],
    frame: SYN,
    verdict: "pass",
    reasons: ["local-server"],
  },
  {
    name: "Without the lease a service's packets are dropped",
    before: [settings({ lease: "expired" })],
    frame: SYN,
    verdict: "drop",
    reasons: ["no-lease"],
  },
  {
    name: "Without the lease connections stop too",
    before: [packet(SYN), settings({ lease: "never" })],
    frame: ACK,
    verdict: "drop",
    reasons: ["no-lease"],
  },
  {
    name: "A lease that ends later holds now",
    before: [settings({ lease: "held" })],
    frame: SYN,
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_03),
  },
  {
    name: "A connection of a removed server is not moved",
    before: [packet(SYN), rules([server(NODE_02)])],
    frame: ACK,
    verdict: "drop",
    reasons: ["server-removed"],
  },
  {
    name: "With expire_nodest_conn it ends, and its SYN finds another server",
    before: [settings({ expireNodestConn: true }), packet(SYN), rules([server(NODE_02)])],
    frame: SYN,
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_02),
  },
  {
    name: "A SYN on a connection that was reset opens a new one",
    before: [packet(SYN), packet(ACK), packet(tcp({ flags: ["rst"] }))],
    frame: SYN,
    verdict: "tx",
    reasons: ["scheduled", "rescheduled"],
    after: sentTo(NODE_02),
  },
  {
    name: "With conn_reuse_mode 0 it goes on with the old one",
    before: [
      settings({ connReuseMode: 0 }),
      packet(SYN),
      packet(ACK),
      packet(tcp({ flags: ["rst"] })),
    ],
    frame: SYN,
    verdict: "tx",
    reasons: ["forwarded"],
    after: sentTo(NODE_03),
  },
  {
    name: "A server whose MAC address is not known yet gets nothing",
    before: [rules([server(UNKNOWN_NEIGHBOUR)])],
    frame: SYN,
    verdict: "drop",
    reasons: ["no-next-hop"],
  },
  {
    name: "A server that does not answer is a host unreachable",
    before: [rules([server(FAILED_NEIGHBOUR)])],
    frame: SYN,
    verdict: "tx",
    reasons: ["unreachable"],
    after: icmp(SYN, 3, 1),
  },
  {
    name: "A service without servers is a port unreachable",
    before: [rules([])],
    frame: SYN,
    verdict: "tx",
    reasons: ["no-server"],
    after: icmp(SYN, 3, 3),
  },
  {
    name: "A service whose servers are all of weight 0 is one too",
    before: [rules([server(NODE_02, 0)])],
    frame: udp("hello"),
    verdict: "tx",
    reasons: ["no-server"],
    after: icmp(udp("hello"), 3, 3),
  },
  {
    name: "A TTL of 1 ends here",
    frame: tcp({ ip: { ttl: 1, id: 7 } }),
    verdict: "tx",
    reasons: ["ttl-exceeded"],
    after: icmp(tcp({ ip: { ttl: 1, id: 7 } }), 11, 0),
  },
  {
    name: "A TTL of 2 is enough",
    frame: tcp({ ip: { ttl: 2 } }),
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_03, { ip: { ttl: 1 } }),
  },
  {
    name: "What is too long and may not be fragmented is told the MTU",
    before: [rules([server(BEHIND_NARROW_ROUTE)])],
    frame: tcp({ payload: LONG }),
    verdict: "tx",
    reasons: ["frag-needed"],
    after: icmp(tcp({ payload: LONG, ip: { ttl: 63 } }), 3, 4, 600),
  },
  {
    name: "What is too long and may be fragmented is dropped",
    before: [rules([server(BEHIND_NARROW_ROUTE)])],
    frame: tcp({ payload: LONG, ip: { dontFragment: false } }),
    verdict: "drop",
    reasons: ["too-big"],
    after: tcp({ payload: LONG, ip: { dontFragment: false, ttl: 63 } }),
  },
  {
    name: "What is exactly as long as the MTU is sent",
    before: [rules([server(BEHIND_NARROW_ROUTE)])],
    frame: tcp({ payload: bytes(560) }),
    verdict: "tx",
    reasons: ["scheduled"],
    after: sentTo(NODE_02, { payload: bytes(560) }),
  },
  {
    name: "A multicast source gets no ICMP error",
    before: [rules([])],
    frame: tcp({ ip: { source: "224.0.0.1" } }),
    verdict: "drop",
    reasons: ["icmp-limited"],
  },
  {
    name: "The seventh error in a row is not sent",
    before: [rules([]), ...Array.from({ length: 6 }, () => packet(SYN))],
    frame: SYN,
    verdict: "drop",
    reasons: ["icmp-limited"],
  },
  {
    name: "A second later one more is",
    before: [
      rules([]),
      ...Array.from({ length: 7 }, () => packet(SYN)),
      { kind: "age", seconds: 1.1 },
    ],
    frame: SYN,
    verdict: "tx",
    reasons: ["no-server"],
    after: icmp(SYN, 3, 3),
  },
  {
    name: "In a table full of half-open connections a new one takes another's place",
    before: manyFlows(["syn"]),
    frame: SYN,
    verdict: "tx",
    reasons: ["scheduled", "evicted"],
    after: sentTo(NODE_03),
  },
  {
    name: "In a table full of established ones it goes without an entry",
    before: [
      rules([server(NODE_02)]),
      ...manyFlows(["syn"]),
      ...manyFlows(["ack"]),
      ...manyFlows(["syn"]),
      ...manyFlows(["ack"]),
    ],
    frame: SYN,
    verdict: "tx",
    reasons: ["untracked"],
    after: sentTo(NODE_02),
  },
];
