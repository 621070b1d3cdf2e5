import { checksum } from "../wire/checksum.ts";
import { connectionPlace, findConnectionExact, wordServer } from "./connection.ts";
import { METHOD_TUN } from "./constants.ts";
import { mayTell } from "./icmp-limit.ts";
import { leaseAllows } from "./lease.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import { IPPROTO_ICMP, IPPROTO_UDP } from "./protocol.ts";
import {
  icmpChecksumHolds,
  type Quoted,
  quotedHeaderEnd,
  quoteStart,
  readQuoted,
} from "./quoted.ts";
import { serverAddress } from "./server-address.ts";
import type { View } from "./tables.ts";
import { countAnswer, sendOwn } from "./to-client.ts";
import { mappedWords, readWords, sameWords, wordBytes } from "./tuple.ts";
import { type Received, type Step, stop } from "./verdict.ts";

/**
 * ICMP errors about packets that we sent through a tunnel (xdp/tunnel-error.h; ip_vs_in_icmp(),
 * inventory F-11). Who sent them knows nothing of the packet inside, and the client nothing of the
 * tunnel: the client gets an error of our own about its packet. IPv4 in IPv4 only, as in IPVS.
 */

const IPPROTO_IPIP = 4;
const IPPROTO_GRE = 47;
const GRE_CHECKSUM = 0x8000;
const ETHERTYPE_IPV4 = 0x0800;
const UDP_HEADER = 8;
const GUE_HEADER = 4;

const DESTINATION_UNREACHABLE = 3;
const FRAGMENTATION_NEEDED = 4;
/** RFC 791 section 3.2: every link takes packets of this size, so that no error asks for less. */
const MTU_MIN = 68;
/** As much of the client's packet as fits 576 bytes with the new headers: net/ipv4/icmp.c. */
const ICMP_HEADERS = 28;
const QUOTE_MAX = 576 - ICMP_HEADERS;

/** Undefined when the message is not about a tunnel of ours. */
export function receiveTunnelError(step: Step): Received | undefined {
  const { view, packet, frame } = step;
  if (packet.tuple.family !== 4) return undefined;
  const outer = quoteStart(packet);
  const inner = tunnelled(step, outer);
  const quoted = inner === undefined ? undefined : readQuoted(packet, frame, inner);
  if (quoted === undefined) return undefined;
  const { index } = findConnectionExact(view, quoted.tuple, connectionPlace(view, quoted.tuple));
  if (index === undefined) return undefined;
  const server = wordServer(view, index);
  if (!isOurTunnel(step, outer, quoted, server)) return undefined;

  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const rest = restOf(view, data, packet.transport, quoted, server);
  if (rest === undefined) return undefined;
  if (!icmpChecksumHolds(packet, frame)) return stop(view, frame, "bad-checksum");
  if (!leaseAllows(view, quoted.tuple.virtual, step.now)) return stop(view, frame, "no-lease");
  return tellClient(step, quoted, server, rest);
}

/** Where the packet inside begins, if the quoted one is IPv4 in a tunnel. */
function tunnelled({ packet, frame }: Step, ip: number): number | undefined {
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const end = ETHERNET_HEADER + packet.length;
  const at = quotedHeaderEnd(data, ip, end);
  if (at === undefined) return undefined;
  switch (data.getUint8(ip + 9)) {
    case IPPROTO_IPIP:
      return at;
    case IPPROTO_GRE: {
      if (at + 4 > end || data.getUint16(at + 2) !== ETHERTYPE_IPV4) return undefined;
      const flags = data.getUint16(at);
      if ((flags & ~GRE_CHECKSUM) !== 0) return undefined;
      return at + (flags === 0 ? 4 : 8);
    }
    case IPPROTO_UDP: {
      const gue = at + UDP_HEADER;
      if (gue + GUE_HEADER > end || data.getUint8(gue + 1) !== IPPROTO_IPIP) return undefined;
      // Version 0 and no control message; the rest counts words of options.
      const first = data.getUint8(gue);
      return first >> 5 === 0 ? gue + GUE_HEADER + 4 * (first & 0x1f) : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether the headers before the packet inside are those that we put there for its server. */
function isOurTunnel(
  { view, frame }: Step,
  outer: number,
  { ip }: Quoted,
  server: number,
): boolean {
  if (view.servers.get(server, "method") !== METHOD_TUN) return false;
  if (view.servers.get(server, "overhead") !== ip - outer) return false;
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const source = view.tunnelSources.bytes(view.servers.get(server, "tunnel_source"), "address");
  const ours = readWords(new DataView(source.buffer, source.byteOffset, source.byteLength), 0);
  return (
    sameWords(mappedWords(data.getUint32(outer + 12, true)), ours) &&
    sameWords(mappedWords(data.getUint32(outer + 16, true)), serverAddress(view, server))
  );
}

/**
 * The second word of the client's message: the MTU that is left inside the tunnel, else what it
 * was. Undefined when the client does not look for the MTU: then this is the host's to know.
 */
function restOf(
  view: View,
  data: DataView,
  icmp: number,
  { ip }: Quoted,
  server: number,
): number | undefined {
  const rest = data.getUint32(icmp + 4);
  if (!isOfMtu(data, icmp)) return rest;
  if ((data.getUint8(ip + 6) & 0x40) === 0) return undefined;
  const mtu = rest & 0xffff;
  const overhead = view.servers.get(server, "overhead");
  return mtu > MTU_MIN + overhead ? mtu - overhead : mtu;
}

function isOfMtu(data: DataView, icmp: number): boolean {
  return (
    data.getUint8(icmp) === DESTINATION_UNREACHABLE &&
    data.getUint8(icmp + 1) === FRAGMENTATION_NEEDED
  );
}

function tellClient(step: Step, quoted: Quoted, server: number, rest: number): Received {
  const { view, packet, frame } = step;
  const { client, virtual } = quoted.tuple;
  const ofMtu = isOfMtu(new DataView(frame.buffer, frame.byteOffset), packet.transport);
  if (!mayTell(view, quoted.tuple, ofMtu, step.ticks)) return stop(view, frame, "icmp-limited");
  const end = Math.min(ETHERNET_HEADER + packet.length, quoted.ip + QUOTE_MAX);
  const error = errorFrame(packet, frame, frame.subarray(quoted.ip, end), rest);
  countAnswer(view, server, end - quoted.ip);
  const way = step.findRoute({
    family: 4,
    source: wordBytes(virtual),
    destination: wordBytes(client),
    length: error.length - ETHERNET_HEADER,
  });
  return sendOwn(step, error, "related", way);
}

/** The message that came, about what was in the tunnel, from the VIP (RFC 1812 section 4.3.2). */
function errorFrame(
  packet: Packet,
  frame: Uint8Array,
  quote: Uint8Array,
  rest: number,
): Uint8Array {
  const error = new Uint8Array(ETHERNET_HEADER + ICMP_HEADERS + quote.length);
  const data = new DataView(error.buffer);
  const ip = error.subarray(ETHERNET_HEADER, ETHERNET_HEADER + 20);
  const icmp = error.subarray(ETHERNET_HEADER + 20);
  error.set(frame.subarray(0, ETHERNET_HEADER), 0);
  ip.set([0x45, 0xc0]);
  data.setUint16(ETHERNET_HEADER + 2, ICMP_HEADERS + quote.length);
  ip.set(quote.subarray(4, 6), 4);
  ip.set([64, IPPROTO_ICMP], 8);
  ip.set(quote.subarray(16, 20), 12);
  ip.set(quote.subarray(12, 16), 16);
  data.setUint16(ETHERNET_HEADER + 10, checksum(ip));
  icmp.set(frame.subarray(packet.transport, packet.transport + 2));
  data.setUint32(ETHERNET_HEADER + 24, rest);
  icmp.set(quote, 8);
  data.setUint16(ETHERNET_HEADER + 22, checksum(icmp));
  return error;
}
