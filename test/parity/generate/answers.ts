import type { Random } from "../../../src/base/random.ts";
import type { Server } from "../../../src/state/rule.ts";
import { familyOf } from "../../../src/wire/address.ts";
import { concat } from "../../../src/wire/bytes.ts";
import { frame } from "../../../src/wire/frame.ts";
import type { Icmp } from "../../../src/wire/icmp.ts";
import { packet } from "../../../src/wire/packet-builder.ts";
import { TCP_FLAGS, type TcpFlag } from "../../../src/wire/tcp.ts";
import { DIRECTOR_MAC } from "../machine.ts";
import { ADDRESSES, CLIENT_MAC } from "./network.ts";
import type { Flow } from "./traffic.ts";

/** What comes back: the answers of NAT's servers, and ICMP errors about both ways. */

const ETH = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
const ANSWERS: readonly (readonly TcpFlag[])[] = [
  ["syn", "ack"],
  ["ack"],
  ["ack"],
  ["psh", "ack"],
  ["fin", "ack"],
  ["rst"],
];
const TTLS = [64, 64, 64, 64, 255, 1, 0];

/** One end of a conversation. */
interface End {
  readonly address: string;
  readonly port: number;
}

/** The server's end of a flow, if it has the flow. */
function serverEnd(random: Random, { service }: Flow, server: Server): End {
  const port = random.chance(0.03) ? random.integer(0x10000) : server.port || service.port;
  return { address: server.address, port };
}

function transport(random: Random, { service }: Flow, from: End, to: End) {
  const ports = { sourcePort: from.port, destinationPort: to.port };
  if (service.protocol === "udp") return { udp: { ...ports, checksummed: random.chance(0.9) } };
  const flags = random.chance(0.1)
    ? TCP_FLAGS.filter(() => random.chance(0.35))
    : random.pick(ANSWERS);
  return { tcp: { ...ports, flags, sequence: random.u32() } };
}

/** Undefined where server and client are not of one family. */
export function generateAnswer(random: Random, flow: Flow, server: Server): Uint8Array | undefined {
  const from = serverEnd(random, flow, server);
  const to = { address: flow.client, port: flow.clientPort };
  if (familyOf(from.address) !== familyOf(to.address)) return undefined;
  const long = random.chance(0.1);
  return frame({
    eth: ETH,
    ip: {
      source: from.address,
      destination: to.address,
      ttl: random.pick(TTLS),
      dontFragment: random.chance(0.6),
      ...fragment(random, to.address),
    },
    ...transport(random, flow, from, to),
    payload: random.bytes(random.integer(long ? 1400 : 30)),
  });
}

/** IPv4: now and then a piece of more, the first or a later one. */
function fragment(random: Random, address: string) {
  if (familyOf(address) === 6 || !random.chance(0.06)) return {};
  const fragmentOffset = random.chance(0.5) ? 0 : 8;
  return { dontFragment: false, moreFragments: true, fragmentOffset, id: random.integer(2) };
}

/** An ICMP error about a packet of the flow, either way or in a tunnel. */
export function generateError(random: Random, flow: Flow, server: Server): Uint8Array | undefined {
  const client = { address: flow.client, port: flow.clientPort };
  const virtual = { address: flow.service.address, port: flow.service.port };
  const inside = serverEnd(random, flow, server);
  if (server.method === "tun" && random.chance(0.8)) return tunnelError(random, flow, server);
  switch (random.integer(4)) {
    case 0:
      return error(random, flow, virtual, client);
    case 1:
      return error(random, flow, client, inside);
    case 2:
      return error(random, flow, virtual, client, random.pick([inside.address, client.address]));
    default:
      return tunnelError(random, flow, server);
  }
}

function error(
  random: Random,
  flow: Flow,
  from: End,
  to: End,
  sender = to.address,
): Uint8Array | undefined {
  const family = familyOf(from.address);
  if (family !== familyOf(to.address) || family !== familyOf(sender)) return undefined;
  const quoted = quotation(random, flow, from, to);
  const icmp = message(random, family === 4 ? 4 : 6, cut(random, quoted));
  const ip = { source: sender, destination: from.address, ttl: random.pick(TTLS) };
  return frame({ eth: ETH, ip: { ...ip, dontFragment: random.chance(0.7) }, icmp });
}

function quotation(random: Random, flow: Flow, from: End, to: End): Uint8Array {
  const ipv4 = familyOf(from.address) === 4;
  const special = {
    ...(ipv4 && random.chance(0.1) ? { options: new Uint8Array(12).fill(1) } : {}),
    ...(ipv4 && random.chance(0.1) ? { fragmentOffset: 8 } : {}),
  };
  return packet({
    ip: {
      source: from.address,
      destination: to.address,
      ttl: random.integer(64),
      dontFragment: random.chance(0.7),
      ...special,
    },
    ...transport(random, flow, from, to),
    payload: random.bytes(random.integer(random.chance(0.2) ? 900 : 40)),
  });
}

/** As much as hosts quote, or a little of it. */
function cut(random: Random, quoted: Uint8Array): Uint8Array {
  if (random.chance(0.5)) return quoted;
  return quoted.subarray(0, random.chance(0.5) ? 28 + random.integer(20) : random.integer(80));
}

function message(random: Random, family: 4 | 6, body: Uint8Array): Icmp {
  const types = family === 4 ? [3, 3, 3, 4, 11, 11, 5, 12, 8] : [1, 2, 2, 3, 4, 5, 128];
  const mtu = random.pick([0, 68, 88, 90, 576, 1280, 1400, 1500, 0x12345]);
  return { type: random.pick(types), code: random.integer(5), rest: mtu, body };
}

const HEADERS: Record<string, { protocol: number; header: readonly number[] }> = {
  ipip: { protocol: 4, header: [] },
  "gre nocsum": { protocol: 47, header: [0, 0, 0x08, 0] },
  "gre csum": { protocol: 47, header: [0x80, 0, 0x08, 0, 0x12, 0x34, 0, 0] },
  gue: { protocol: 17, header: [0xc0, 1, 0x17, 0xc0, 0, 60, 0, 0, 0, 4, 0, 0] },
  "gue remcsum": {
    protocol: 17,
    header: [0xc0, 1, 0x17, 0xc0, 0, 64, 0, 0, 1, 4, 0, 0x20, 0, 6, 0, 16],
  },
};

/** About what we sent through a tunnel to this server, or may seem to have. */
function tunnelError(random: Random, flow: Flow, server: Server): Uint8Array | undefined {
  if (familyOf(server.address) !== 4 || familyOf(flow.client) !== 4) return undefined;
  const { type = "ipip", checksum = "nocsum" } = server.tunnel ?? {};
  const known = HEADERS[type] ?? HEADERS[`${type} ${checksum}`] ?? HEADERS.ipip!;
  const { protocol, header } = random.chance(0.1) ? random.pick(Object.values(HEADERS)) : known;
  const client = { address: flow.client, port: flow.clientPort };
  const virtual = { address: flow.service.address, port: flow.service.port };
  const ours = ADDRESSES.filter(({ family }) => family === 4).map(({ address }) => address);
  const source = random.chance(0.7) ? ours[0]! : random.pick(ours);
  const inner = quotation(random, flow, client, virtual);
  const payload = concat(Uint8Array.from(header), inner);
  const outer = packet({ ip: { source, destination: server.address, protocol }, payload });
  return frame({
    eth: ETH,
    ip: { source: random.pick(["192.168.150.77", server.address]), destination: source },
    icmp: message(random, 4, cut(random, outer)),
  });
}
