import assert from "node:assert/strict";
import { test } from "node:test";
import { mappedBytes } from "../wire/address.ts";
import { hex, readU16, writeU16 } from "../wire/bytes.ts";
import { frame } from "../wire/frame.ts";
import type { Icmp } from "../wire/icmp.ts";
import { macBytes } from "../wire/mac.ts";
import { packet } from "../wire/packet-builder.ts";
import { wordFlags, wordState } from "./connection.ts";
import { METHOD_DR, METHOD_TUN } from "./constants.ts";
import { receive } from "./receive.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";
import {
  CLIENT_MAC,
  DIRECTOR_MAC,
  enter,
  INSIDE,
  INSIDE_MAC,
  natView,
  OUTSIDE,
  routeOutside,
  SERVER_MAC,
  writeNatServer,
  writeService,
} from "./testing/nat.ts";
import { portsWord, readWords, type Tuple, type Words } from "./tuple.ts";

const TCP = 6;
const words = (address: string): Words => readWords(new DataView(mappedBytes(address).buffer), 0);

/** Addresses of a network, and the ICMP error "too big" of its family. */
const NETWORKS = {
  IPv4: {
    family: 4,
    client: "192.168.150.60",
    vip: "192.168.150.100",
    server: "10.0.0.99",
    router: "192.168.150.1",
    director: "192.168.150.10",
    tooBig: (body: Uint8Array, rest = 1300): Icmp => ({ type: 3, code: 4, rest, body }),
  },
  IPv6: {
    family: 6,
    client: "fd00:150::60",
    vip: "fd00:150::100",
    server: "fd00:10::99",
    router: "fd00:150::1",
    director: "fd00:150::10",
    tooBig: (body: Uint8Array, rest = 1300): Icmp => ({ type: 2, code: 0, rest, body }),
  },
} as const;

type Network = (typeof NETWORKS)["IPv4" | "IPv6"];

/** VIP:80, whose NAT server takes it at 8080, with one connection from port 3041. */
function connected(network: Network): { view: View; index: number } {
  const view = natView();
  writeService(view, 0, { protocol: TCP, address: network.vip, port: 80 });
  writeNatServer(view, 4, { service: 0, address: network.server, port: 8080 });
  const tuple: Tuple = {
    family: network.family,
    client: words(network.client),
    virtual: words(network.vip),
    ports: portsWord(3041, 80),
    protocol: TCP,
    kind: 0,
  };
  return { view, index: enter(view, tuple, 4, State.ESTABLISHED) };
}

/** The beginning of a packet, with the checksum of whole bytes that it was sent with. */
function quote(source: string, from: number, destination: string, to: number): Uint8Array {
  const tcp = { sourcePort: from, destinationPort: to, sequence: 1000 };
  const bytes = packet({ ip: { source, destination }, tcp });
  // Cut off where the checksum would be: NAT leaves that of a quoted packet alone.
  return bytes.subarray(0, bytes.length - 12);
}

const ofClients = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
const ofServers = { source: SERVER_MAC, destination: INSIDE_MAC };
const toServer = { source: INSIDE_MAC, destination: SERVER_MAC };
const toClient = { source: DIRECTOR_MAC, destination: CLIENT_MAC };

const NOW = 1n << 30n;

for (const [family, network] of Object.entries(NETWORKS)) {
  const { client, vip, server, router, tooBig } = network;
  const ofAnswer = frame({
    eth: ofClients,
    ip: { source: router, destination: vip },
    icmp: tooBig(quote(vip, 80, client, 3041)),
  });
  const ofRequest = frame({
    eth: ofServers,
    ip: { source: server, destination: client },
    icmp: tooBig(quote(client, 3041, server, 8080)),
  });

  test(`an error about an answer follows NAT to the server: ${family}`, () => {
    const { view, index } = connected(network);
    const [state, flags] = [wordState(view, index), wordFlags(view, index)];
    const received = receive(view, { frame: ofAnswer, ifindex: OUTSIDE }, NOW, routeOutside);
    assert.equal(received.reason, "related");
    assert.equal(received.ifindex, INSIDE);
    const expected = frame({
      eth: toServer,
      ip: { source: router, destination: server, ttl: 63 },
      icmp: tooBig(quote(server, 8080, client, 3041)),
    });
    assert.equal(hex(received.frame), hex(expected));
    assert.equal(view.stats.getWord(4, "in_packets"), 1n);
    assert.deepEqual([wordState(view, index), wordFlags(view, index)], [state, flags]);
  });

  test(`an error about an answer goes to a server of DR as it is: ${family}`, () => {
    const { view } = connected(network);
    view.servers.set(4, "method", METHOD_DR);
    const received = receive(view, { frame: ofAnswer, ifindex: OUTSIDE }, NOW, routeOutside);
    const expected = frame({
      eth: toServer,
      ip: { source: router, destination: vip, ttl: 63 },
      icmp: tooBig(quote(vip, 80, client, 3041)),
    });
    assert.equal(hex(received.frame), hex(expected));
  });

  test(`an error about a request goes to the client as from the VIP: ${family}`, () => {
    const { view } = connected(network);
    const received = receive(view, { frame: ofRequest, ifindex: INSIDE }, NOW, routeOutside);
    assert.equal(received.reason, "related");
    const expected = frame({
      eth: toClient,
      ip: { source: vip, destination: client, ttl: 63 },
      icmp: tooBig(quote(client, 3041, vip, 80)),
    });
    assert.equal(hex(received.frame), hex(expected));
    assert.equal(view.stats.getWord(4, "out_packets"), 1n);
  });

  test(`an error with a wrong checksum is not followed: ${family}`, () => {
    for (const [bytes, ifindex] of [
      [ofAnswer, OUTSIDE],
      [ofRequest, INSIDE],
    ] as const) {
      const { view } = connected(network);
      const wrong = bytes.slice();
      wrong[wrong.length - 1]! ^= 1;
      const received = receive(view, { frame: wrong, ifindex }, NOW, routeOutside);
      assert.equal(received.reason, "bad-checksum");
      assert.equal(hex(received.frame), hex(wrong));
    }
  });

  test(`what is no error, or of no connection, is the host's: ${family}`, () => {
    const { view } = connected(network);
    const echo = {
      type: network.family === 4 ? 8 : 128,
      code: 0,
      rest: 7,
      body: new Uint8Array(40),
    };
    const others = [
      { source: client, destination: vip, icmp: echo },
      { source: router, destination: vip, icmp: tooBig(quote(vip, 80, client, 3042)) },
      { source: server, destination: client, icmp: tooBig(quote(client, 3042, server, 8080)) },
      { source: server, destination: client, icmp: tooBig(new Uint8Array(19)) },
    ];
    for (const { source, destination, icmp } of others) {
      const bytes = frame({ eth: ofClients, ip: { source, destination }, icmp });
      const received = receive(view, { frame: bytes, ifindex: OUTSIDE }, NOW, routeOutside);
      assert.equal(received.reason, "other-protocol");
      assert.equal(hex(received.frame), hex(bytes));
    }
  });
}

test("without any service errors are the host's, as IPVS has no hooks then", () => {
  const { vip, client, router, tooBig } = NETWORKS.IPv4;
  const { view } = connected(NETWORKS.IPv4);
  view.control.set(0, "idle", 1);
  const icmp = tooBig(quote(vip, 80, client, 3041));
  const bytes = frame({ eth: ofClients, ip: { source: router, destination: vip }, icmp });
  const received = receive(view, { frame: bytes, ifindex: OUTSIDE }, NOW, routeOutside);
  assert.equal(received.reason, "other-protocol");
});

/** The same connection with its server behind a tunnel of so many bytes from `director`. */
function tunnelled(overhead: number): View {
  const { view } = connected(NETWORKS.IPv4);
  view.servers.set(4, "method", METHOD_TUN);
  view.servers.set(4, "overhead", overhead);
  view.tunnelSources.bytes(0, "address").set(mappedBytes(NETWORKS.IPv4.director));
  return view;
}

/** What is between the outer header and the packet inside, and its protocol number. */
const TUNNELS: Record<string, { protocol: number; header: readonly number[] }> = {
  IPIP: { protocol: 4, header: [] },
  GRE: { protocol: 47, header: [0, 0, 0x08, 0] },
  "GRE with a checksum": { protocol: 47, header: [0x80, 0, 0x08, 0, 0x12, 0x34, 0, 0] },
  GUE: { protocol: 17, header: [0xc0, 1, 0x17, 0xc1, 0, 60, 0, 0, 0, 4, 0, 0] },
  "GUE with an option": {
    protocol: 17,
    header: [0xc0, 1, 0x17, 0xc1, 0, 64, 0, 0, 1, 4, 0, 0x20, 0, 6, 0, 16],
  },
};

/** A router's error about a packet to the server in a tunnel. */
function aboutTunnel(
  { protocol, header }: { protocol: number; header: readonly number[] },
  inner: Uint8Array,
  error: Omit<Icmp, "body">,
): Uint8Array {
  const { router, director, server } = NETWORKS.IPv4;
  const payload = Uint8Array.from([...header, ...inner]);
  const body = packet({ ip: { source: director, destination: server, protocol }, payload });
  return frame({
    eth: ofServers,
    ip: { source: router, destination: director },
    icmp: { ...error, body },
  });
}

const INNER = quote(NETWORKS.IPv4.client, 3041, NETWORKS.IPv4.vip, 80);
const TOO_BIG = { type: 3, code: 4, rest: 1400 };

function told(view: View, bytes: Uint8Array) {
  return receive(view, { frame: bytes, ifindex: INSIDE }, NOW, routeOutside);
}

function toldClient(error: Omit<Icmp, "body">, body: Uint8Array): string {
  const { vip, client } = NETWORKS.IPv4;
  const id = readU16(body, 4);
  const ip = { source: vip, destination: client, id, trafficClass: 0xc0, dontFragment: false };
  return hex(frame({ eth: toClient, ip, icmp: { ...error, body } }));
}

for (const [name, tunnel] of Object.entries(TUNNELS)) {
  const overhead = 20 + tunnel.header.length;
  test(`the client hears what MTU is left in the tunnel: ${name}`, () => {
    const view = tunnelled(overhead);
    const received = told(view, aboutTunnel(tunnel, INNER, TOO_BIG));
    assert.equal(received.reason, "related");
    assert.equal(hex(received.frame), toldClient({ ...TOO_BIG, rest: 1400 - overhead }, INNER));
    assert.equal(view.stats.getWord(4, "out_packets"), 1n);
    assert.equal(view.stats.getWord(4, "out_bytes"), 28n);
  });

  test(`another error about the tunnel is one about the packet inside: ${name}`, () => {
    const error = { type: 3, code: 1, rest: 0 };
    const received = told(tunnelled(overhead), aboutTunnel(tunnel, INNER, error));
    assert.equal(hex(received.frame), toldClient(error, INNER));
  });
}

test("an MTU that leaves nothing in the tunnel is told as it is", () => {
  const error = { ...TOO_BIG, rest: 88 };
  const received = told(tunnelled(20), aboutTunnel(TUNNELS.IPIP!, INNER, error));
  assert.equal(hex(received.frame), toldClient(error, INNER));
});

test("errors about tunnels, or packets, that are not ours are the host's", () => {
  const mayFragment = INNER.slice();
  writeU16(mayFragment, 6, 0);
  const other = quote(NETWORKS.IPv4.client, 3042, NETWORKS.IPv4.vip, 80);
  const cases: [View, Uint8Array][] = [
    [tunnelled(24), aboutTunnel(TUNNELS.IPIP!, INNER, TOO_BIG)],
    [connected(NETWORKS.IPv4).view, aboutTunnel(TUNNELS.IPIP!, INNER, TOO_BIG)],
    [tunnelled(20), aboutTunnel(TUNNELS.IPIP!, mayFragment, TOO_BIG)],
    [tunnelled(20), aboutTunnel(TUNNELS.IPIP!, other, TOO_BIG)],
    [tunnelled(20), aboutTunnel(TUNNELS.IPIP!, INNER.subarray(0, 23), TOO_BIG)],
  ];
  const foreign = tunnelled(20);
  foreign.tunnelSources.bytes(0, "address").set(mappedBytes("192.168.150.11"));
  cases.push([foreign, aboutTunnel(TUNNELS.IPIP!, INNER, TOO_BIG)]);
  for (const [view, bytes] of cases) assert.equal(told(view, bytes).reason, "other-protocol");
});

test("a client hears only so many errors about its tunnel, but every MTU", () => {
  const view = tunnelled(20);
  for (let i = 0; i < 20; i++) {
    assert.equal(told(view, aboutTunnel(TUNNELS.IPIP!, INNER, TOO_BIG)).reason, "related");
  }
  const bytes = aboutTunnel(TUNNELS.IPIP!, INNER, { type: 3, code: 1, rest: 0 });
  const reasons = Array.from({ length: 7 }, () => told(view, bytes).reason);
  assert.deepEqual(reasons, [...Array.from({ length: 6 }, () => "related"), "icmp-limited"]);
});

test("without a known way the client's message goes up whole", () => {
  const view = tunnelled(20);
  const bytes = aboutTunnel(TUNNELS.IPIP!, INNER, TOO_BIG);
  const received = receive(view, { frame: bytes, ifindex: INSIDE }, NOW, () => undefined);
  assert.equal(received.reason, "reply-up");
  assert.deepEqual(received.frame.subarray(0, 6), macBytes(INSIDE_MAC));
  assert.equal(
    hex(received.frame.subarray(12)),
    toldClient({ ...TOO_BIG, rest: 1380 }, INNER).slice(24),
  );
});
