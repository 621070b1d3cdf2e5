import type { Random } from "../../src/base/random.ts";
import type { Configuration } from "../../src/decapsulation/tables.ts";
import { concat } from "../../src/wire/bytes.ts";
import { frame } from "../../src/wire/frame.ts";
import { encodeGre } from "../../src/wire/gre.ts";
import { encodeGue } from "../../src/wire/gue.ts";
import { type PacketSpec, packet } from "../../src/wire/packet-builder.ts";

/** Frames to a real server: what directors send, what others do, and what is broken. */

const GUE_PORT = 6080;
const ETH = { source: "02:00:00:00:00:10", destination: "02:00:00:00:00:11" };

export const CONFIGURATION: Configuration = {
  ipip: true,
  gre: true,
  guePort: GUE_PORT,
  directors: ["10.0.0.1", "fd00:10::1", "10.0.0.2"],
  vips: ["192.168.150.100", "fd00:150::100", "192.168.150.101"],
};

const OUTER = { 4: ["10.0.0.1", "10.0.0.2", "10.0.0.9"], 6: ["fd00:10::1", "fd00:10::9"] };
const HERE = { 4: "10.0.0.11", 6: "fd00:10::11" };
const CLIENT = { 4: "192.168.150.50", 6: "fd00:150::50" };
const TO = { 4: ["192.168.150.100", "192.168.150.101", "192.168.150.7"], 6: ["fd00:150::100"] };

/** What a tunnel's frame is made of; what is not said is as a director sends it. */
export interface Tunnelled {
  readonly outside?: 4 | 6;
  readonly inside?: 4 | 6;
  readonly kind?: "ipip" | "gre" | "gue";
  readonly checksummed?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly outerEcn?: number;
  readonly innerEcn?: number;
  readonly port?: number;
  readonly gueOptions?: Uint8Array;
  readonly gueFlags?: number;
  readonly ip?: Partial<PacketSpec["ip"]>;
  readonly payload?: Uint8Array;
}

export function innerPacket(spec: Tunnelled): Uint8Array {
  const { inside = 4, innerEcn = 0, payload = Uint8Array.of(1, 2, 3) } = spec;
  return packet({
    ip: {
      source: CLIENT[inside],
      destination: spec.to ?? TO[inside][0]!,
      trafficClass: 0x28 | innerEcn,
      ttl: 63,
    },
    udp: { sourcePort: 3001, destinationPort: 53 },
    payload,
  });
}

export function tunnelled(spec: Tunnelled = {}): Uint8Array {
  const { outside = 4, inside = 4, kind = "ipip", checksummed = false } = spec;
  const inner = innerPacket(spec);
  const protocol = inside === 4 ? 4 : 41;
  const ip = {
    source: spec.from ?? OUTER[outside][0]!,
    destination: HERE[outside],
    trafficClass: 0x28 | (spec.outerEcn ?? 0),
    ...spec.ip,
  };
  if (kind === "ipip") return frame({ eth: ETH, ip: { protocol, ...ip }, payload: inner });
  if (kind === "gre") {
    const type = inside === 4 ? 0x0800 : 0x86dd;
    const payload = encodeGre({ type, checksummed, payload: inner });
    return frame({ eth: ETH, ip: { protocol: 47, ...ip }, payload });
  }
  const { gueOptions: options = new Uint8Array(0), gueFlags: flags = 0 } = spec;
  return frame({
    eth: ETH,
    ip,
    udp: { sourcePort: 40_000, destinationPort: spec.port ?? GUE_PORT, checksummed },
    payload: encodeGue({ control: false, protocol, flags, options, payload: inner }),
  });
}

/** A frame such as a real server may meet: most are a director's, many of these with a mistake. */
export function randomFrame(random: Random): Uint8Array {
  const outside = random.pick([4, 6] as const);
  const inside = random.pick([4, 6] as const);
  const rarely = <T>(common: T, rare: T) => (random.chance(0.1) ? rare : common);
  const whole = tunnelled({
    outside,
    inside,
    kind: random.pick(["ipip", "gre", "gue"] as const),
    checksummed: random.chance(0.5),
    from: random.pick(OUTER[outside]),
    to: random.pick(TO[inside]),
    outerEcn: random.integer(4),
    innerEcn: random.integer(4),
    port: rarely(GUE_PORT, 4789),
    ...gueFields(random),
    ip: outerFields(random, outside),
    payload: random.bytes(random.integer(random.pick([4, 90, 1400]))),
  });
  if (random.chance(0.4)) return whole;
  if (random.chance(0.2)) return concat(whole, random.bytes(1 + random.integer(20)));
  if (random.chance(0.3)) return whole.subarray(0, 14 + random.integer(whole.length - 14));
  // Mistakes in headers, where they matter.
  for (let i = 0; i <= random.integer(3); i++) {
    const at = 12 + random.integer(Math.min(90, whole.length - 12));
    whole[at] = random.chance(0.5) ? random.u32() & 0xff : whole[at]! ^ (1 << random.integer(8));
  }
  return whole;
}

/** The option of remote checksums begins with a word of private flags (Linux <net/gue.h>). */
function gueFields(random: Random): Pick<Tunnelled, "gueFlags" | "gueOptions"> {
  if (random.chance(0.5)) return {};
  if (random.chance(0.3)) return { gueOptions: random.bytes(4 * random.integer(32)) };
  const start = random.pick([20, 40, 0, 3]);
  const offset = start + random.pick([6, 16, 0, 1400]);
  const flags = Uint8Array.of(random.pick([0x80, 0x80, 0x80, 0, 1]), 0, 0, 0);
  const places = Uint8Array.of(start >> 8, start & 0xff, offset >> 8, offset & 0xff);
  return { gueFlags: 1, gueOptions: concat(flags, places, new Uint8Array(4 * random.integer(3))) };
}

function outerFields(random: Random, outside: 4 | 6): Partial<PacketSpec["ip"]> {
  if (outside === 6) {
    if (random.chance(0.9)) return {};
    const bytes = Uint8Array.of(
      random.pick([4, 41, 47, 17]),
      0,
      0,
      random.integer(256),
      0,
      0,
      0,
      1,
    );
    return { extensions: { nextHeader: random.pick([44, 60]), bytes } };
  }
  if (random.chance(0.1)) return { moreFragments: true };
  if (random.chance(0.1)) return { fragmentOffset: 8 * (1 + random.integer(100)) };
  return random.chance(0.2) ? { options: new Uint8Array(4 * random.integer(11)).fill(1) } : {};
}
