import { TUPLE_FLOW } from "./constants.ts";
import type { Packet } from "./packet.ts";
import { IPPROTO_ICMPV6 } from "./protocol.ts";
import type { Reason } from "./reason.ts";
import { readTransport } from "./transport.ts";
import { readWords } from "./tuple.ts";

/** An IPv6 packet at `ip` bytes of the frame (RFC 8200; xdp/packet-ipv6.h). */

const IP_HEADER = 40;

/** RFC 8200 section 4.1: extension headers that a packet may carry before its transport header. */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION_OPTIONS = 60;

/** RFC 8200 section 4.1 orders at most six; who sends more does not want to be understood. */
const EXTENSIONS_MAX = 6;

export function parseIpv6(data: DataView, ip: number): Packet | Reason {
  if (data.byteLength < ip + IP_HEADER || data.getUint8(ip) >> 4 !== 6) return "malformed";
  const length = IP_HEADER + data.getUint16(ip + 4);
  const end = ip + length;
  if (end > data.byteLength) return "malformed";
  const found = skipExtensions(data, data.getUint8(ip + 6), ip + IP_HEADER, end);
  if (typeof found === "string") return found;

  const { protocol, transport } = found;
  const later = found.fragment === "later";
  const read = readTransport(data, { protocol, icmp: IPPROTO_ICMPV6, transport, end, later });
  if (typeof read === "string") return read;
  return {
    tuple: {
      family: 6,
      client: readWords(data, ip + 8),
      virtual: readWords(data, ip + 24),
      ports: read.ports,
      protocol,
      kind: TUPLE_FLOW,
    },
    length,
    transport,
    tcpFlags: read.tcpFlags,
    fragment: found.fragment,
    fragmentId: found.fragmentId,
  };
}

interface Found extends Pick<Packet, "transport" | "fragment" | "fragmentId"> {
  readonly protocol: number;
}

/** Where the chain of headers ends: at the transport header, or at a later fragment's payload. */
function skipExtensions(data: DataView, first: number, start: number, end: number): Found | Reason {
  let protocol = first;
  let transport = start;
  let fragment: Packet["fragment"] = "none";
  let fragmentId = 0;
  for (let i = 0; i < EXTENSIONS_MAX; i++) {
    const isFragment = protocol === FRAGMENT;
    if (!isFragment && !isOptions(protocol)) break;
    if (transport + 8 > end) return "malformed";
    if (isFragment) {
      // RFC 8200 section 4.5: offset in units of 8 bytes in the upper 13 bits, M in the lowest.
      const offset = data.getUint16(transport + 2);
      fragmentId = data.getUint32(transport + 4, true);
      if ((offset & 0xfff8) !== 0) fragment = "later";
      else if ((offset & 1) !== 0) fragment = "first";
      else fragmentId = 0;
    }
    const size = isFragment ? 8 : 8 * (data.getUint8(transport + 1) + 1);
    protocol = data.getUint8(transport);
    transport += size;
    // What follows a later fragment's header is payload, whatever it looks like.
    if (fragment === "later") break;
  }
  return transport > end ? "malformed" : { protocol, transport, fragment, fragmentId };
}

function isOptions(protocol: number): boolean {
  return protocol === HOP_BY_HOP || protocol === ROUTING || protocol === DESTINATION_OPTIONS;
}
