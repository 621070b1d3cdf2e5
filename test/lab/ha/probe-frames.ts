import { decodeArp, encodeArp } from "../../../src/wire/arp.ts";
import { decodeEthernet, encodeEthernet } from "../../../src/wire/ethernet.ts";
import { BROADCAST_MAC, ZERO_MAC } from "../../../src/wire/mac.ts";
import {
  multicastMac,
  neighbourMessage,
  readNeighbourMessage,
  solicitedNode,
} from "../../../src/wire/neighbour-discovery.ts";
import { type Packet, parsePacket } from "../../../src/wire/packet.ts";
import { packet } from "../../../src/wire/packet-builder.ts";
import { ETHERTYPE } from "../../../src/wire/protocol.ts";

/** The client and the VIP that it asks for. */
export interface Ends {
  readonly mac: string;
  readonly address: string;
  readonly vip: string;
  readonly port: number;
}

/** A frame that belongs to a probe: which one it says itself, and whose MAC address sent it. */
export interface Seen {
  readonly deed: "answers" | "forwards";
  /** Of a question: its asker, of ASKERS; of a SYN: its sequence number. */
  readonly mark: number;
  readonly from: string;
  /** The probe itself as it leaves the client, or what a holder made of it. */
  readonly is: "probe" | "effect";
}

/** How many addresses questions come from, one after the other: an answer names its question. */
export const ASKERS = 100;
const FIRST_ASKER = 120;
/** Below the ports that Linux chooses from itself, so that no connection of the client has one. */
const FIRST_PORT = 20_000;
const PORTS = 4_000;
/** RFC 4861 section 7.1.1. */
const ND_HOP_LIMIT = 255;
const IPV6_ASKER = "aa:";

/** Asks everybody who has the VIP, in the name of an address that nobody has. */
export function question(ends: Ends, mark: number): Uint8Array {
  const asker = askerAddress(ends, mark);
  if (ends.vip.includes(":")) {
    const group = solicitedNode(ends.vip);
    const flags = { router: false, solicited: false, override: false };
    const message = { kind: "solicitation", target: ends.vip, mac: ends.mac, ...flags } as const;
    const icmp = neighbourMessage(message);
    const ip = { source: asker, destination: group, ttl: ND_HOP_LIMIT };
    return frame(ends.mac, multicastMac(group), ETHERTYPE.ipv6, packet({ ip, icmp }));
  }
  const arp = encodeArp({
    operation: "request",
    senderMac: ends.mac,
    senderAddress: asker,
    targetMac: ZERO_MAC,
    targetAddress: ends.vip,
  });
  return frame(ends.mac, BROADCAST_MAC, ETHERTYPE.arp, arp);
}

/** A SYN for the VIP, sent to one director whoever has the VIP. */
export function syn(ends: Ends, director: string, mark: number): Uint8Array {
  const bytes = packet({
    ip: { source: ends.address, destination: ends.vip },
    tcp: {
      sourcePort: FIRST_PORT + (mark % PORTS),
      destinationPort: ends.port,
      sequence: mark,
      flags: ["syn"],
    },
  });
  return frame(ends.mac, director, ends.vip.includes(":") ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4, bytes);
}

/** What a frame at the client or a real server tells of a probe; undefined where it is of none. */
export function readFrame(ends: Ends, bytes: Uint8Array): Seen | undefined {
  const ethernet = decodeEthernet(bytes);
  if (!ethernet.ok) return undefined;
  const { source, type, payload } = ethernet.value;
  const is = source === ends.mac ? "probe" : "effect";
  if (type === ETHERTYPE.arp) return readArp(ends, payload, source, is);
  if (type !== ETHERTYPE.ipv4 && type !== ETHERTYPE.ipv6) return undefined;
  const parsed = parsePacket(payload, "trust");
  if (!parsed.ok) return undefined;
  return readSegment(ends, parsed.value, source, is) ?? readNd(ends, parsed.value, source, is);
}

function readArp(ends: Ends, payload: Uint8Array, from: string, is: Seen["is"]): Seen | undefined {
  const arp = decodeArp(payload);
  if (!arp.ok) return undefined;
  const { operation, senderAddress, targetAddress } = arp.value;
  const [asker, asked] =
    operation === "request" ? [senderAddress, targetAddress] : [targetAddress, senderAddress];
  if (asked !== ends.vip || (operation === "request") !== (is === "probe")) return undefined;
  return ofAsker(asker, from, is);
}

function readNd(ends: Ends, { ip, icmp }: Packet, from: string, is: Seen["is"]): Seen | undefined {
  const message = icmp && ip.version === 6 ? readNeighbourMessage(icmp) : undefined;
  if (message?.ok !== true || message.value.target !== ends.vip) return undefined;
  if ((message.value.kind === "solicitation") !== (is === "probe")) return undefined;
  return ofAsker(is === "probe" ? ip.source : ip.destination, from, is);
}

function ofAsker(asker: string, from: string, is: Seen["is"]): Seen | undefined {
  const last = asker.includes(":")
    ? Number.parseInt(asker.slice(asker.lastIndexOf(IPV6_ASKER) + IPV6_ASKER.length), 16)
    : Number(asker.slice(asker.lastIndexOf(".") + 1));
  const mark = last - FIRST_ASKER;
  return mark >= 0 && mark < ASKERS ? { deed: "answers", mark, from, is } : undefined;
}

/**
 * A SYN on its way, or what a director's own kernel answers it with: a RST where nobody listens.
 */
function readSegment(
  ends: Ends,
  { ip, tcp }: Packet,
  from: string,
  is: Seen["is"],
): Seen | undefined {
  if (tcp === undefined) return undefined;
  const there = ip.source === ends.address && ip.destination === ends.vip;
  const back = ip.source === ends.vip && ip.destination === ends.address && is === "effect";
  const port = there ? tcp.sourcePort : tcp.destinationPort;
  if (port < FIRST_PORT || port >= FIRST_PORT + PORTS) return undefined;
  if (there && tcp.flags.has("syn")) return { deed: "forwards", mark: tcp.sequence, from, is };
  if (!back) return undefined;
  return { deed: "forwards", mark: (tcp.acknowledgment - 1) >>> 0, from, is };
}

function askerAddress({ address }: Ends, mark: number): string {
  const number = FIRST_ASKER + mark;
  if (!address.includes(":")) return address.replace(/\d+$/, String(number));
  return address.replace(/[\da-f]+$/, `${IPV6_ASKER}${number.toString(16)}`);
}

function frame(source: string, destination: string, type: number, payload: Uint8Array) {
  return encodeEthernet({ destination, source, type, payload });
}
