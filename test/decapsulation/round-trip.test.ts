import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import {
  TUNNEL_CHECKSUM,
  TUNNEL_GRE,
  TUNNEL_GUE,
  TUNNEL_IPIP,
  TUNNEL_REMOTE_CHECKSUM,
} from "../../src/datapath/constants.ts";
import { forward } from "../../src/datapath/forwarder.ts";
import {
  GUE_PORT,
  parsed,
  SERVER,
  TUNNEL_ENDS,
  tunnelView,
} from "../../src/datapath/testing/forwarding.ts";
import {
  CLIENT_MAC,
  DIRECTOR_MAC,
  INSIDE_MAC,
  SERVER_MAC,
} from "../../src/datapath/testing/nat.ts";
import { decapsulate } from "../../src/decapsulation/decapsulate.ts";
import { memoryTables } from "../../src/decapsulation/tables.ts";
import { hex } from "../../src/wire/bytes.ts";
import { frame } from "../../src/wire/frame.ts";
import type { PacketSpec } from "../../src/wire/packet-builder.ts";

/** What the director's specification puts into a tunnel, the real server's takes out as it was. */

const KINDS = {
  "IP in IP": { type: TUNNEL_IPIP, flags: 0, header: 0 },
  GRE: { type: TUNNEL_GRE, flags: 0, header: 4 },
  "GRE with a checksum": { type: TUNNEL_GRE, flags: TUNNEL_CHECKSUM, header: 8 },
  GUE: { type: TUNNEL_GUE, flags: 0, header: 12 },
  "GUE with a checksum": { type: TUNNEL_GUE, flags: TUNNEL_CHECKSUM, header: 12 },
  "GUE with an offloaded checksum": {
    type: TUNNEL_GUE,
    flags: TUNNEL_REMOTE_CHECKSUM,
    header: 12,
  },
} as const;

const CLIENTS = {
  4: { source: "192.168.150.60", destination: "192.168.150.100" },
  6: { source: "fd00:150::60", destination: "fd00:150::100" },
} as const;
const TTL = 64;
const EACH = 40;

function receiver() {
  const tables = memoryTables(1);
  tables.write({
    ipip: true,
    gre: true,
    guePort: GUE_PORT,
    directors: [TUNNEL_ENDS[4].source, TUNNEL_ENDS[6].source],
    vips: [CLIENTS[4].destination, CLIENTS[6].destination],
  });
  return tables;
}

function randomClient(random: Random, family: 4 | 6): PacketSpec {
  const ports = { sourcePort: 1 + random.integer(65_535), destinationPort: 80 };
  const transport = random.pick([
    { tcp: ports },
    { udp: ports },
    { udp: { ...ports, checksummed: false } },
  ]);
  const ip = { ...CLIENTS[family], trafficClass: random.integer(256), id: random.integer(65_536) };
  return { ip, ...transport, payload: random.bytes(random.integer(1300)) };
}

/** The same packet one hop on. */
function oneHopOn(spec: PacketSpec): Uint8Array {
  const eth = { source: INSIDE_MAC, destination: SERVER_MAC };
  return frame({ ...spec, eth, ip: { ...spec.ip, ttl: TTL - 1 } });
}

for (const [name, kind] of Object.entries(KINDS)) {
  test(`${name} comes out as it went in, but for the TTL`, () => {
    const random = new Random(11);
    for (const outside of [4, 6] as const) {
      for (const inside of [4, 6] as const) {
        const view = tunnelView({ ...kind, family: outside });
        for (let i = 0; i < EACH; i++) {
          const spec = randomClient(random, inside);
          const eth = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
          const bytes = frame({ ...spec, eth, ip: { ...spec.ip, ttl: TTL } });
          const sent = forward(view, parsed(view, bytes), bytes, SERVER);
          assert.ok(sent.kind === "sent");
          const taken = decapsulate(receiver(), sent.frame);
          assert.equal(taken.reason, "decapsulated");
          assert.equal(hex(taken.frame), hex(oneHopOn(spec)));
        }
      }
    }
  });
}

test("a router's mark of congestion on the way comes out on the packet inside", () => {
  const view = tunnelView({ ...KINDS.GRE, family: 6 });
  const spec = {
    ip: { ...CLIENTS[4], trafficClass: 2 },
    tcp: { sourcePort: 9, destinationPort: 80 },
  };
  const eth = { source: CLIENT_MAC, destination: DIRECTOR_MAC };
  const bytes = frame({ ...spec, eth, ip: { ...spec.ip, ttl: TTL } });
  const sent = forward(view, parsed(view, bytes), bytes, SERVER);
  assert.ok(sent.kind === "sent");
  sent.frame[15]! |= 0x30;
  const expected = oneHopOn({ ...spec, ip: { ...spec.ip, trafficClass: 3 } });
  assert.equal(hex(decapsulate(receiver(), sent.frame).frame), hex(expected));
});
