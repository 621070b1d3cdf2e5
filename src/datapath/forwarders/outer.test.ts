import assert from "node:assert/strict";
import { test } from "node:test";
import { readU16 } from "../../wire/bytes.ts";
import { frame } from "../../wire/frame.ts";
import type { IpSpec, PacketSpec } from "../../wire/packet-builder.ts";
import { TUNNEL_IPIP } from "../constants.ts";
import { forward } from "../forwarder.ts";
import { parsed, SERVER, tunnelView } from "../testing/forwarding.ts";
import { CLIENT_MAC, DIRECTOR_MAC } from "../testing/nat.ts";

/** What a tunnel's outer header takes over from the packet inside. */

const IP4 = { source: "192.168.150.60", destination: "192.168.150.100" };
const IP6 = { source: "fd00:150::60", destination: "fd00:150::100" };
const PORTS = { sourcePort: 3001, destinationPort: 80 };

/** The tunnel's frame around a segment with this IP header. */
function outer(ip: IpSpec, family: 4 | 6, pmtuDisc = true): Uint8Array {
  return around({ ip, tcp: PORTS }, family, pmtuDisc);
}

function around(inside: PacketSpec, family: 4 | 6, pmtuDisc = true): Uint8Array {
  const view = tunnelView({ family, type: TUNNEL_IPIP, flags: 0, header: 0 });
  view.control.set(0, "pmtu_disc", pmtuDisc ? 1 : 0);
  const bytes = frame({ eth: { source: CLIENT_MAC, destination: DIRECTOR_MAC }, ...inside });
  const sent = forward(view, parsed(view, bytes), bytes, SERVER);
  assert.ok(sent.kind === "sent");
  return sent.frame;
}

const FAMILIES = [
  [IP4, 4],
  [IP4, 6],
  [IP6, 4],
  [IP6, 6],
] as const;

const trafficClass = (bytes: Uint8Array) =>
  bytes[14]! >> 4 === 4 ? bytes[15]! : (readU16(bytes, 14) >> 4) & 0xff;

test("the traffic class is the packet's, but for congestion, which is this way's to mark", () => {
  for (const [ip, family] of FAMILIES) {
    for (let inside = 0; inside < 256; inside++) {
      const outside = trafficClass(outer({ ...ip, trafficClass: inside }, family));
      // RFC 3168 section 9.1.1: CE (3) inside goes as ECT(0) (2) outside.
      assert.equal(outside, (inside & 3) === 3 ? inside - 1 : inside);
    }
  }
});

test("the TTL is what the packet has left", () => {
  for (const [ip, family] of FAMILIES) {
    for (const ttl of [2, 64, 255]) {
      const bytes = outer({ ...ip, ttl }, family);
      assert.equal(bytes[family === 4 ? 22 : 21], ttl - 1);
    }
  }
});

test("the flow label is none", () => {
  const bytes = outer({ ...IP6, flowLabel: 0x12345 }, 6);
  assert.equal(readU16(bytes, 14) & 0x0f, 0);
  assert.equal(readU16(bytes, 16), 0);
});

test("DF is kept with pmtu_disc, and no identification is needed then", () => {
  const bytes = outer({ ...IP4, id: 0x1111, dontFragment: true }, 4);
  assert.deepEqual([readU16(bytes, 20), readU16(bytes, 18)], [0x4000, 0]);
});

test("without pmtu_disc, without DF or with IPv6 inside the tunnel may be fragmented", () => {
  for (const bytes of [
    outer({ ...IP4, id: 0x1111, dontFragment: true }, 4, false),
    outer({ ...IP4, id: 0x1111, dontFragment: false }, 4),
    outer({ ...IP4, id: 0x1111, dontFragment: false }, 4, false),
  ]) {
    assert.deepEqual([readU16(bytes, 20), readU16(bytes, 18)], [0, 0x1111]);
  }
  assert.equal(readU16(outer(IP6, 4), 20), 0);
});

test("packets of IPv6 that differ get identifications that differ", () => {
  const fragment = (id: number): PacketSpec => {
    const extensions = { nextHeader: 44, bytes: Uint8Array.of(17, 0, 0, 0x41, 0, 0, 0, id) };
    return { ip: { ...IP6, protocol: 17, extensions }, payload: new Uint8Array(16) };
  };
  const kinds: readonly ((i: number) => PacketSpec)[] = [
    (i) => ({ ip: IP6, tcp: { ...PORTS, sequence: i } }),
    (i) => ({ ip: IP6, udp: PORTS, payload: Uint8Array.of(i) }),
    fragment,
  ];
  for (const kind of kinds) {
    const ids = [1, 2, 3].map((i) => readU16(around(kind(i), 4), 18));
    assert.equal(new Set(ids).size, 3);
  }
});
