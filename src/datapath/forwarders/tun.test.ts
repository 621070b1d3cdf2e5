import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../base/random.ts";
import { concat, hex, readU16 } from "../../wire/bytes.ts";
import { frame, frameAround } from "../../wire/frame.ts";
import { encodeGre } from "../../wire/gre.ts";
import { encodeGue } from "../../wire/gue.ts";
import { transportPseudoHeader } from "../../wire/packet.ts";
import { type IpSpec, type PacketSpec, packet } from "../../wire/packet-builder.ts";
import { encodeUdp } from "../../wire/udp.ts";
import {
  TUNNEL_CHECKSUM,
  TUNNEL_GRE,
  TUNNEL_GUE,
  TUNNEL_IPIP,
  TUNNEL_REMOTE_CHECKSUM,
} from "../constants.ts";
import { forward } from "../forwarder.ts";
import {
  GUE_PORT,
  parsed,
  SERVER,
  type TestTunnel,
  TUNNEL_ENDS,
  tunnelView,
} from "../testing/forwarding.ts";
import { CLIENT_MAC, DIRECTOR_MAC, INSIDE, INSIDE_MAC, SERVER_MAC } from "../testing/nat.ts";

/** A tunnel's frame is what the encoders of wire, which add up every byte, make of its packet. */

type Wrap = (inner: Uint8Array, family: 4 | 6, sourcePort: number) => Omit<PacketSpec, "ip">;

interface Kind extends Omit<TestTunnel, "family"> {
  /** The protocol of the outer header, by the family inside. */
  readonly protocol: Readonly<Record<4 | 6, number>>;
  readonly wrap: Wrap;
}

const plain: Wrap = (inner) => ({ payload: inner });

const gre = (checksummed: boolean): Wrap => {
  return (payload, family) => {
    return { payload: encodeGre({ type: family === 4 ? 0x0800 : 0x86dd, checksummed, payload }) };
  };
};

const gue = (checksummed: boolean): Wrap => {
  return (payload, family, sourcePort) => {
    const header = { control: false, flags: 0, options: new Uint8Array(0) };
    return {
      udp: { sourcePort, destinationPort: GUE_PORT, checksummed },
      payload: encodeGue({ ...header, protocol: family === 4 ? 4 : 41, payload }),
    };
  };
};

const always = (protocol: number) => ({ 4: protocol, 6: protocol });
const greKind = { type: TUNNEL_GRE, protocol: always(47) };
const gueKind = { type: TUNNEL_GUE, protocol: always(17), header: 12 };

const KINDS: Readonly<Record<string, Kind>> = {
  "IP in IP": { type: TUNNEL_IPIP, flags: 0, header: 0, protocol: { 4: 4, 6: 41 }, wrap: plain },
  GRE: { ...greKind, flags: 0, header: 4, wrap: gre(false) },
  "GRE with a checksum": { ...greKind, flags: TUNNEL_CHECKSUM, header: 8, wrap: gre(true) },
  GUE: { ...gueKind, flags: 0, wrap: gue(false) },
  "GUE with a checksum": { ...gueKind, flags: TUNNEL_CHECKSUM, wrap: gue(true) },
  "GUE with an offloaded checksum": {
    ...gueKind,
    flags: TUNNEL_REMOTE_CHECKSUM,
    wrap: gue(true),
  },
};

const CLIENTS = {
  4: { source: "192.168.150.60", destination: "192.168.150.100" },
  6: { source: "fd00:150::60", destination: "fd00:150::100" },
} as const;

const PORTS = { sourcePort: 3001, destinationPort: 80 };

/** What is in the packet; `ip` is what is special about its IP header then. */
type Passenger = (family: 4 | 6, payload: Uint8Array) => Omit<PacketSpec, "ip"> & { ip?: object };

const fragmentHeader = (protocol: number, offset: number) => ({
  nextHeader: 44,
  bytes: Uint8Array.of(protocol, 0, offset >> 8, (offset & 0xf8) | 1, 0, 0, 0x12, 0x34),
});

function piece(family: 4 | 6, protocol: number, offset: number): Partial<IpSpec> {
  return family === 4
    ? { protocol, moreFragments: true, fragmentOffset: offset, id: 0x1234 }
    : { protocol, extensions: fragmentHeader(protocol, offset) };
}

const PASSENGERS: Readonly<Record<string, Passenger>> = {
  "a segment": (_, payload) => ({ tcp: PORTS, payload }),
  "a datagram": (_, payload) => ({ udp: PORTS, payload }),
  "a datagram without a checksum": (_, payload) => {
    return { udp: { ...PORTS, checksummed: false }, payload };
  },
  "a datagram with options behind its data": (family, payload) => {
    const pseudo = transportPseudoHeader(CLIENTS[family], 17, 8 + payload.length);
    const udp = encodeUdp({ ...PORTS, checksummed: true, payload }, pseudo);
    return { ip: { protocol: 17 }, payload: concat(udp, Uint8Array.of(0x12, 0x34, 1)) };
  },
  "a segment behind options": (family, payload) => {
    const bytes = Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0);
    const ip =
      family === 4
        ? { options: new Uint8Array(8).fill(1) }
        : { extensions: { nextHeader: 60, bytes } };
    return { ip, tcp: PORTS, payload };
  },
  // Its checksum is of the whole segment.
  "a first fragment": (family, payload) => {
    const whole = packet({ ip: CLIENTS[family], tcp: PORTS, payload: concat(payload, payload) });
    const start = family === 4 ? 20 : 40;
    return { ip: piece(family, 6, 0), payload: whole.subarray(start, start + 24) };
  },
  "a later fragment": (family, payload) => ({ ip: piece(family, 17, 64), payload }),
};

const ETH = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
const OUTER_ETH = { source: INSIDE_MAC, destination: SERVER_MAC };
const EACH = 12;

/** Random packets of one kind, each as it comes and as it leaves. */
function hold({ protocol, wrap, ...kind }: Kind, family: 4 | 6, inside: 4 | 6, what: string) {
  const view = tunnelView({ ...kind, family });
  const random = new Random(7);
  for (let i = 0; i < EACH; i++) {
    const { ip = {}, ...rest } = PASSENGERS[what]!(inside, random.bytes(random.integer(90)));
    const build = (ttl: number) =>
      packet({ ip: { ...CLIENTS[inside], id: 7, ...ip, ttl }, ...rest });
    const bytes = frameAround(ETH, build(64));
    const sent = forward(view, parsed(view, bytes), bytes, SERVER);
    assert.ok(sent.kind === "sent", what);
    assert.equal(sent.ifindex, INSIDE);
    const inner = build(63);
    const dontFragment = inside === 4 && (inner[6]! & 0x40) !== 0;
    // What the identification is without DF: outer.test.ts.
    const id = dontFragment ? 0 : readU16(sent.frame, 18);
    const outer = { ...TUNNEL_ENDS[family], protocol: protocol[inside], ttl: 63 };
    const expected = frame({
      eth: OUTER_ETH,
      ip: { ...outer, dontFragment, id },
      ...wrap(inner, inside, readU16(sent.frame, family === 4 ? 34 : 54)),
    });
    assert.equal(hex(sent.frame), hex(expected), what);
  }
}

for (const [name, kind] of Object.entries(KINDS)) {
  for (const family of [4, 6] as const) {
    for (const inside of [4, 6] as const) {
      test(`${name}: IPv${inside} in IPv${family}`, () => {
        for (const what of Object.keys(PASSENGERS)) hold(kind, family, inside, what);
      });
    }
  }
}

test("GUE's checksum that comes out as zero is sent as all ones", () => {
  const view = tunnelView({ family: 4, type: TUNNEL_GUE, flags: TUNNEL_CHECKSUM, header: 12 });
  const checkOf = (payload: Uint8Array) => {
    const udp = { ...PORTS, checksummed: false };
    const bytes = frame({ eth: ETH, ip: CLIENTS[4], udp, payload });
    const sent = forward(view, parsed(view, bytes), bytes, SERVER);
    assert.ok(sent.kind === "sent");
    return readU16(sent.frame, 40);
  };
  // The word that takes the checksum to zero: all that it lacks.
  const lacking = checkOf(new Uint8Array(2));
  assert.equal(checkOf(Uint8Array.of(lacking >> 8, lacking & 0xff)), 0xffff);
});

test("the padding of a short frame stays behind the packet", () => {
  const view = tunnelView({ family: 4, type: TUNNEL_GRE, flags: TUNNEL_CHECKSUM, header: 8 });
  const whole = frame({ eth: ETH, ip: CLIENTS[4], tcp: PORTS });
  const padded = concat(whole, new Uint8Array(6).fill(0xee));
  const [sent, other] = [whole, padded].map((bytes) =>
    forward(view, parsed(view, bytes), bytes, SERVER),
  );
  assert.ok(sent?.kind === "sent" && other?.kind === "sent");
  assert.equal(hex(other.frame), `${hex(sent.frame)}${"ee".repeat(6)}`);
});

test("GUE's source port is one a flow, among those that Linux gives out", () => {
  const view = tunnelView({ family: 4, type: TUNNEL_GUE, flags: 0, header: 12 });
  const portOf = (sourcePort: number, payload: string) => {
    const bytes = frame({ eth: ETH, ip: CLIENTS[4], udp: { ...PORTS, sourcePort }, payload });
    const sent = forward(view, parsed(view, bytes), bytes, SERVER);
    assert.ok(sent.kind === "sent");
    return readU16(sent.frame, 34);
  };
  const ports = Array.from({ length: 200 }, (_, i) => portOf(40000 + i, "a"));
  assert.ok(ports.every((port) => port >= 32768 && port <= 60999));
  assert.ok(new Set(ports).size > 190);
  assert.equal(portOf(40000, "another datagram"), ports[0]);
});
