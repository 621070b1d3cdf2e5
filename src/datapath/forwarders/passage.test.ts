import assert from "node:assert/strict";
import { test } from "node:test";
import { hex } from "../../wire/bytes.ts";
import { frame } from "../../wire/frame.ts";
import type { IpSpec } from "../../wire/packet-builder.ts";
import {
  SERVER_AVAILABLE,
  SERVER_LOCAL,
  SERVER_READY,
  SERVER_UNREACHABLE,
  TUNNEL_GUE,
} from "../constants.ts";
import { type Forwarded, forward } from "../forwarder.ts";
import type { View } from "../tables.ts";
import { drView, parsed, SERVER, tunnelView } from "../testing/forwarding.ts";
import { CLIENT_MAC, DIRECTOR_MAC, INSIDE, INSIDE_MAC, SERVER_MAC } from "../testing/nat.ts";

const IP4 = { source: "192.168.150.60", destination: "192.168.150.100" };
const IP6 = { source: "fd00:150::60", destination: "fd00:150::100" };
const ARRIVING = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
const LEAVING = { source: INSIDE_MAC, destination: SERVER_MAC };

/** A segment in an IP packet of this size. */
function segment(ip: IpSpec, size = 100, eth = ARRIVING): Uint8Array {
  const header = ip.source.includes(":") ? 40 : 20;
  const tcp = { sourcePort: 3001, destinationPort: 80 };
  return frame({ eth, ip, tcp, payload: new Uint8Array(size - header - 20) });
}

function take(view: View, bytes: Uint8Array): Forwarded {
  return forward(view, parsed(view, bytes), bytes, SERVER);
}

for (const ip of [IP4, IP6]) {
  const family = ip === IP4 ? "IPv4" : "IPv6";

  test(`direct routing changes MAC addresses and TTL: ${family}`, () => {
    for (const ttl of [2, 64, 255]) {
      const sent = take(drView(), segment({ ...ip, ttl, trafficClass: 0xb9 }));
      assert.ok(sent.kind === "sent");
      assert.equal(sent.ifindex, INSIDE);
      const expected = segment({ ...ip, ttl: ttl - 1, trafficClass: 0xb9 }, 100, LEAVING);
      assert.equal(hex(sent.frame), hex(expected));
    }
  });

  test(`a packet whose TTL ends here stays as it is: ${family}`, () => {
    for (const ttl of [0, 1]) {
      const bytes = segment({ ...ip, ttl });
      assert.deepEqual(take(drView(), bytes), { kind: "error", reason: "ttl-exceeded" });
      assert.equal(hex(bytes), hex(segment({ ...ip, ttl })));
    }
  });

  test(`the server's record says first whether there is a way at all: ${family}`, () => {
    const cases: readonly (readonly [flags: number, Forwarded])[] = [
      [SERVER_AVAILABLE, { kind: "stopped", reason: "no-next-hop" }],
      [SERVER_AVAILABLE | SERVER_UNREACHABLE, { kind: "error", reason: "unreachable" }],
      [SERVER_READY | SERVER_LOCAL, { kind: "stopped", reason: "local-server" }],
    ];
    for (const [flags, expected] of cases) {
      const view = drView();
      view.servers.set(SERVER, "flags", flags);
      const bytes = segment({ ...ip, ttl: 1 }, 1501);
      assert.deepEqual(take(view, bytes), expected);
    }
  });

  test(`what is longer than the way's MTU is told the MTU: ${family}`, () => {
    assert.equal(take(drView(), segment(ip, 1500)).kind, "sent");
    const bytes = segment(ip, 1501);
    const expected = { kind: "error", reason: "frag-needed", mtu: 1500 };
    assert.deepEqual(take(drView(), bytes), expected);
    // As in ip_forward(), the TTL is less before the size is looked at.
    assert.equal(hex(bytes), hex(segment({ ...ip, ttl: 63 }, 1501)));
  });

  test(`a tunnel leaves less of the MTU: ${family}`, () => {
    for (const [outer, mtu] of [
      [4, 1468],
      [6, 1448],
    ] as const) {
      const view = tunnelView({ family: outer, type: TUNNEL_GUE, flags: 0, header: 12 });
      assert.equal(take(view, segment(ip, mtu)).kind, "sent");
      const expected = { kind: "error", reason: "frag-needed", mtu };
      assert.deepEqual(take(view, segment(ip, mtu + 1)), expected);
    }
  });
}

test("pmtu_disc is of tunnels alone", () => {
  const view = drView();
  view.control.set(0, "pmtu_disc", 0);
  const expected = { kind: "error", reason: "frag-needed", mtu: 1500 };
  assert.deepEqual(take(view, segment(IP4, 1501)), expected);
});

test("what IPVS would have fragmented has a reason of its own", () => {
  const tunnel = { type: TUNNEL_GUE, flags: 0, header: 12 };
  const tooBig = (mtu: number) => ({ kind: "error", reason: "too-big", mtu });
  const loose = { ...IP4, dontFragment: false };
  assert.deepEqual(take(drView(), segment(loose, 1501)), tooBig(1500));
  assert.deepEqual(take(tunnelView({ ...tunnel, family: 4 }), segment(loose, 1500)), tooBig(1468));
  for (const family of [4, 6] as const) {
    const view = tunnelView({ ...tunnel, family });
    view.control.set(0, "pmtu_disc", 0);
    const mtu = family === 4 ? 1468 : 1448;
    assert.deepEqual(take(view, segment(IP4, 1500)), tooBig(mtu));
    const expected = { kind: "error", reason: "frag-needed", mtu };
    assert.deepEqual(take(view, segment(IP6, 1500)), expected);
  }
});
