import assert from "node:assert/strict";
import { test } from "node:test";
import { concat } from "../wire/bytes.ts";
import { type FrameSpec, frame } from "../wire/frame.ts";
import { macBytes } from "../wire/mac.ts";
import { type Packet, parsePacket } from "./packet.ts";
import { IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from "./protocol.ts";
import { testView } from "./testing/tables.ts";
import { clientPort, virtualPort, wordBytes } from "./tuple.ts";

const OURS = "02:00:00:00:00:10";
const ETH = { source: "02:00:00:00:00:01", destination: OURS };
const ENDS = { source: "198.51.100.7", destination: "192.168.150.100" };
const ENDS6 = { source: "2001:db8::7", destination: "fd00:150::100" };
const TCP = { sourcePort: 40000, destinationPort: 80, flags: ["syn"] as const };
const UDP = { sourcePort: 40000, destinationPort: 53 };

function parse(bytes: Uint8Array) {
  const view = testView();
  view.ifaces.set(1, "ifindex", 1);
  view.ifaces.bytes(1, "mac").set(macBytes(OURS));
  return parsePacket(view, bytes, 1);
}

function packetOf(spec: Omit<Extract<FrameSpec, { ip: unknown }>, "eth">): Packet {
  const parsed = parse(frame({ eth: ETH, ...spec }));
  assert.ok(typeof parsed !== "string", String(parsed));
  return parsed;
}

test("an IPv4 packet is its mapped addresses, ports and flags", () => {
  const packet = packetOf({ ip: ENDS, tcp: TCP, payload: "GET" });
  assert.equal(packet.tuple.family, 4);
  assert.deepEqual([...wordBytes(packet.tuple.client)].slice(-6), [255, 255, 198, 51, 100, 7]);
  assert.equal(clientPort(packet.tuple), 40000);
  assert.equal(virtualPort(packet.tuple), 80);
  assert.deepEqual(
    { length: packet.length, transport: packet.transport, tcpFlags: packet.tcpFlags },
    { length: 43, transport: 34, tcpFlags: 2 },
  );
  assert.equal(packetOf({ ip: ENDS, udp: UDP }).tcpFlags, 0);
});

test("an IPv6 packet is looked at behind its extension headers", () => {
  assert.equal(packetOf({ ip: ENDS6, tcp: TCP }).transport, 54);
  // Hop-by-hop options of 8 bytes, destination options of 16.
  const bytes = concat(
    Uint8Array.of(60, 0, 0, 0, 0, 0, 0, 0),
    Uint8Array.of(17, 1, ...new Array<number>(14).fill(0)),
  );
  const packet = packetOf({ ip: { ...ENDS6, extensions: { nextHeader: 0, bytes } }, udp: UDP });
  assert.equal(packet.transport, 54 + 24);
  assert.equal(packet.tuple.protocol, IPPROTO_UDP);
  assert.equal(packet.length, 40 + 24 + 8);
  assert.deepEqual([...wordBytes(packet.tuple.virtual)].slice(0, 4), [0xfd, 0, 1, 0x50]);
});

test("a chain of extension headers that nobody sends is none of ours", () => {
  const chain = (count: number) => {
    const headers = Array.from({ length: count }, (_, i) =>
      Uint8Array.of(i === count - 1 ? IPPROTO_TCP : 60, 0, 0, 0, 0, 0, 0, 0),
    );
    const extensions = { nextHeader: 60, bytes: concat(...headers) };
    return parse(frame({ eth: ETH, ip: { ...ENDS6, extensions }, tcp: TCP }));
  };
  assert.equal(typeof chain(6), "object");
  assert.equal(chain(7), "other-protocol");
});

test("fragments of either family tell their place and whose they are", () => {
  const first = packetOf({ ip: { ...ENDS, id: 0x1234, moreFragments: true }, udp: UDP });
  assert.equal(first.fragment, "first");
  assert.equal(virtualPort(first.tuple), 53);
  const later = packetOf({
    ip: { ...ENDS, id: 0x1234, fragmentOffset: 64, protocol: IPPROTO_UDP },
    payload: "rest",
  });
  assert.equal(later.fragment, "later");
  assert.equal(later.tuple.ports, 0);
  assert.equal(later.fragmentId, first.fragmentId);

  const header = (offset: number) => ({
    nextHeader: 44,
    bytes: Uint8Array.of(IPPROTO_UDP, 0, offset >> 8, offset & 0xff, 1, 2, 3, 4),
  });
  const six = (offset: number) =>
    packetOf({ ip: { ...ENDS6, extensions: header(offset) }, udp: UDP });
  assert.deepEqual(
    [six(0), six(1), six(9), six(8)].map(({ fragment }) => fragment),
    ["none", "first", "later", "later"],
  );
  assert.equal(six(1).fragmentId, 0x04030201);
  assert.equal(six(0).fragmentId, 0, "an atomic fragment is whole (RFC 6946)");
});

test("ICMP has no ports, and what is neither it nor TCP nor UDP is not ours", () => {
  const echo = { type: 128, code: 0, rest: 1, body: new Uint8Array(8) };
  const packet = packetOf({ ip: ENDS6, icmp: echo });
  assert.equal(packet.tuple.protocol, IPPROTO_ICMPV6);
  assert.equal(packet.tuple.ports, 0);
  const other = frame({ eth: ETH, ip: { ...ENDS, protocol: 47 }, payload: "GRE" });
  assert.equal(parse(other), "other-protocol");
  const wrongFamily = frame({ eth: ETH, ip: { ...ENDS6, protocol: 1 }, payload: "ICMP of IPv4" });
  assert.equal(parse(wrongFamily), "other-protocol");
});

test("what is cut short anywhere is malformed, or not IP at all", () => {
  for (const ip of [ENDS, ENDS6]) {
    const whole = frame({ eth: ETH, ip, tcp: TCP });
    for (let length = 14; length < whole.length; length++) {
      assert.equal(parse(whole.subarray(0, length)), "malformed", `${length} bytes`);
    }
  }
  assert.equal(parse(new Uint8Array(13)), "not-ip");
});
