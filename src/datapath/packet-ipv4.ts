import { TUPLE_FLOW } from "./constants.ts";
import type { Packet } from "./packet.ts";
import { IPPROTO_ICMP, IPPROTO_TCP } from "./protocol.ts";
import type { Reason } from "./reason.ts";
import { readTransport } from "./transport.ts";
import { mappedWords } from "./tuple.ts";

/** An IPv4 packet at `ip` bytes of the frame (RFC 791 section 3.1; xdp/packet-ipv4.h). */

const IP_HEADER = 20;

export function parseIpv4(data: DataView, ip: number): Packet | Reason {
  if (data.byteLength < ip + IP_HEADER) return "malformed";
  // Version 4, at least five words of header, no longer than the frame.
  const header = (data.getUint8(ip) & 0x0f) * 4;
  const length = data.getUint16(ip + 2);
  if (data.getUint8(ip) >> 4 !== 4 || header < IP_HEADER || length < header) return "malformed";
  if (length > data.byteLength - ip) return "malformed";

  const protocol = data.getUint8(ip + 9);
  const offset = data.getUint16(ip + 6);
  const later = (offset & 0x1fff) !== 0;
  const more = (offset & 0x2000) !== 0;
  const fragment = later ? "later" : more ? "first" : "none";
  const transport = ip + header;
  const read = readTransport(data, {
    protocol,
    icmp: IPPROTO_ICMP,
    transport,
    end: ip + length,
    later,
  });
  if (typeof read === "string") return read;
  return {
    tuple: {
      family: 4,
      client: mappedWords(data.getUint32(ip + 12, true)),
      virtual: mappedWords(data.getUint32(ip + 16, true)),
      ports: read.ports,
      protocol,
      kind: TUPLE_FLOW,
    },
    length,
    transport,
    tcpFlags: protocol === IPPROTO_TCP ? read.tcpFlags : 0,
    fragment,
    fragmentId: fragment === "none" ? 0 : data.getUint16(ip + 4, true),
  };
}
