import { decodeIcmp, echoRequest, encodeIcmp, ICMP_TYPE } from "../../../wire/icmp.ts";
import { echoRequestV6, ICMPV6_TYPE } from "../../../wire/icmpv6.ts";
import { decodeIpv4 } from "../../../wire/ipv4.ts";
import type { Envelope } from "./datagram.ts";

/**
 * ICMP echo (RFC 792, RFC 4443 section 4) over a raw socket. A raw socket hears the replies to
 * everybody's requests, so each request has an identifier and a sequence number by which its reply
 * is known.
 */
export function echoEnvelope(family: 4 | 6, identifier: number): Envelope {
  let sequence = 0;
  return {
    seal(payload) {
      sequence = (sequence + 1) & 0xffff;
      const request = family === 4 ? echoRequest : echoRequestV6;
      // The kernel writes the checksum of ICMPv6, whose pseudo-header only it knows (RFC 3542 3.1).
      return encodeIcmp(request(identifier, sequence, payload));
    },
    open(datagram) {
      const message = family === 4 ? payloadOf(datagram) : datagram;
      const decoded = message && decodeIcmp(message);
      if (decoded?.ok !== true) return undefined;
      const { type, rest, body } = decoded.value;
      const reply = family === 4 ? ICMP_TYPE.echoReply : ICMPV6_TYPE.echoReply;
      const mine = type === reply && rest === identifier * 0x1_0000 + sequence;
      return mine ? body.slice() : undefined;
    },
  };
}

function payloadOf(datagram: Uint8Array): Uint8Array | undefined {
  const decoded = decodeIpv4(datagram, "trust");
  return decoded.ok ? decoded.value.payload : undefined;
}
