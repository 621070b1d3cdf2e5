import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, hex } from "../wire/bytes.ts";
import { frame } from "../wire/frame.ts";
import type { IpSpec } from "../wire/packet-builder.ts";
import { ICMP_LIMITS, TICKS_PER_SECOND } from "./constants.ts";
import { type IcmpReason, icmpError } from "./icmp-error.ts";
import type { View } from "./tables.ts";
import { drView, parsed } from "./testing/forwarding.ts";
import { CLIENT_MAC, DIRECTOR_MAC } from "./testing/nat.ts";

const ARRIVED = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
const ANSWER = { source: DIRECTOR_MAC, destination: CLIENT_MAC };

/** Types and codes: RFC 792 and RFC 1812 section 5.2.7.1; RFC 4443 sections 3.1 to 3.3. */
const FAMILIES = {
  IPv4: {
    client: "192.168.150.60",
    vip: "192.168.150.100",
    header: 20,
    /** A datagram of 576 bytes with the new headers: RFC 1812 section 4.3.2.3. */
    quoted: 548,
    ip: { id: 0x4444, trafficClass: 0xc0, dontFragment: false },
    messages: {
      "no-server": [3, 3],
      "no-connection": [3, 3],
      unreachable: [3, 1],
      "ttl-exceeded": [11, 0],
      "frag-needed": [3, 4],
      "too-big": [3, 4],
    },
    nobody: ["0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"],
  },
  IPv6: {
    client: "fd00:150::60",
    vip: "fd00:150::100",
    header: 40,
    /** The least MTU of IPv6 with the new headers: RFC 4443 section 2.4 (c). */
    quoted: 1232,
    ip: {},
    messages: {
      "no-server": [1, 4],
      "no-connection": [1, 4],
      unreachable: [1, 3],
      "ttl-exceeded": [3, 0],
      "frag-needed": [2, 0],
      "too-big": [2, 0],
    },
    nobody: ["::", "::1", "ff02::1", "ff0e::1:2"],
  },
} as const;

const UDP = { sourcePort: 3055, destinationPort: 53 };

function error(view: View, bytes: Uint8Array, reason: IcmpReason = "no-server", now = 1) {
  return icmpError(view, parsed(view, bytes), bytes, { reason, mtu: mtuOf(reason) }, now);
}

function mtuOf(reason: IcmpReason): number {
  return reason === "frag-needed" || reason === "too-big" ? 1400 : 0;
}

for (const [family, { client, vip, header, quoted, ip, messages, nobody }] of Object.entries(
  FAMILIES,
)) {
  const datagram = (payload: number, special: Partial<IpSpec> = {}) => {
    const bytes = Uint8Array.from({ length: payload }, (_, i) => i & 0xff);
    const ends = { source: client, destination: vip };
    return frame({
      eth: ARRIVED,
      ip: { ...ends, id: 0x4444, ...special },
      udp: UDP,
      payload: bytes,
    });
  };

  for (const [reason, [type, code]] of Object.entries(messages)) {
    test(`${reason} is told the client by the virtual address: ${family}`, () => {
      const bytes = datagram(21);
      const expected = frame({
        eth: ANSWER,
        ip: { source: vip, destination: client, ...ip },
        icmp: { type, code, rest: mtuOf(reason as IcmpReason), body: bytes.subarray(14) },
      });
      assert.equal(hex(error(drView(), bytes, reason as IcmpReason)!), hex(expected));
    });
  }

  test(`a packet is quoted as far as it goes, and as far as fits: ${family}`, () => {
    const whole = quoted - header - 8;
    for (const payload of [0, 1, whole - 1, whole, whole + 1, whole + 2, 1452 - header]) {
      const bytes = datagram(payload);
      const [type, code] = messages["no-server"];
      const expected = frame({
        eth: ANSWER,
        ip: { source: vip, destination: client, ...ip },
        icmp: { type, code, rest: 0, body: bytes.subarray(14, 14 + quoted) },
      });
      assert.equal(hex(error(drView(), bytes)!), hex(expected), `${payload} bytes`);
      const padded = concat(bytes, new Uint8Array(9).fill(0xee));
      assert.equal(hex(error(drView(), padded)!), hex(expected), "padding is not the packet's");
    }
  });

  test(`who is not one host is told nothing: ${family}`, () => {
    for (const source of nobody) {
      assert.equal(error(drView(), datagram(5, { source })), undefined, source);
    }
  });

  test(`a client gets six errors at once, then one a second: ${family}`, () => {
    const view = drView();
    const bytes = datagram(5);
    const told = (count: number, now: number) =>
      Array.from({ length: count }, () => error(view, bytes, "no-server", now)).filter(
        (answer) => answer !== undefined,
      ).length;
    const second = Math.floor(TICKS_PER_SECOND);
    assert.equal(told(10, 1000), 6);
    assert.equal(told(10, 1000 + second - 10), 0);
    assert.equal(told(10, 1000 + second + 1), 1);
    assert.equal(told(10, 1000 + 100 * second), 6);
  });

  test(`the MTU of the path is told every time, and uses up no error: ${family}`, () => {
    const view = drView();
    const bytes = datagram(5);
    for (let i = 0; i < 20; i++) {
      assert.ok(error(view, bytes, "frag-needed"));
      assert.ok(error(view, bytes, "too-big"));
    }
    assert.ok(error(view, bytes, "no-server"));
  });
}

const buckets = (view: View) =>
  Array.from({ length: ICMP_LIMITS }, (_, i) => view.icmpLimits[2 * i + 1]!).filter((at) => at > 0)
    .length;

test("addresses of one /64 of IPv6 share their errors", () => {
  const view = drView();
  for (let i = 1; i < 50; i++) {
    const ip = { source: `2001:db8:7::${i}`, destination: FAMILIES.IPv6.vip };
    error(view, frame({ eth: ARRIVED, ip, udp: UDP }));
  }
  assert.equal(buckets(view), 1);
});

test("addresses of IPv4 have their own", () => {
  const view = drView();
  for (let i = 1; i < 50; i++) {
    const ip = { source: `198.51.100.${i}`, destination: FAMILIES.IPv4.vip };
    assert.ok(error(view, frame({ eth: ARRIVED, ip, udp: UDP })));
  }
  assert.ok(buckets(view) > 45);
});

test("no error is about an ICMP message, or about a later fragment of IPv4", () => {
  const view = drView();
  for (const { client, vip } of Object.values(FAMILIES)) {
    const ip = { source: client, destination: vip };
    const icmp = { type: 3, code: 3, rest: 0, body: new Uint8Array(28) };
    assert.equal(error(view, frame({ eth: ARRIVED, ip, icmp }), "ttl-exceeded"), undefined);
  }
  const { client, vip } = FAMILIES.IPv4;
  const ip = { source: client, destination: vip, protocol: 17, id: 7 };
  const piece = (fragmentOffset: number) =>
    frame({
      eth: ARRIVED,
      ip: { ...ip, fragmentOffset, moreFragments: true },
      payload: new Uint8Array(64),
    });
  assert.equal(error(view, piece(64), "ttl-exceeded"), undefined);
  assert.notEqual(error(view, piece(0), "ttl-exceeded"), undefined);
});

test("a later fragment of IPv6 may be too big, which its sender has to know", () => {
  const { client, vip } = FAMILIES.IPv6;
  const extensions = { nextHeader: 44, bytes: Uint8Array.of(17, 0, 0, 0x41, 0, 0, 0, 1) };
  const ip = { source: client, destination: vip, protocol: 17, extensions };
  const bytes = frame({ eth: ARRIVED, ip, payload: new Uint8Array(64) });
  assert.notEqual(error(drView(), bytes, "frag-needed"), undefined);
});
