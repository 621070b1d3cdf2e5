import fc from "fast-check";
import { formatAddress } from "../address.ts";
import type { Arp } from "../arp.ts";
import type { Ethernet } from "../ethernet.ts";
import type { FrameSpec } from "../frame.ts";
import type { Gre } from "../gre.ts";
import type { Gue } from "../gue.ts";
import type { Icmp } from "../icmp.ts";
import type { Ipv4 } from "../ipv4.ts";
import type { Ipv6 } from "../ipv6.ts";
import { formatMac } from "../mac.ts";
import type { Sctp } from "../sctp.ts";
import { TCP_FLAGS, type Tcp } from "../tcp.ts";
import type { Udp } from "../udp.ts";

/** Any value of every protocol in this folder. */

/** A record that compares with an object literal: with the usual prototype. */
export function record<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const byte = fc.nat(0xff);
const word = fc.nat(0xffff);
const long = fc.nat(0xffff_ffff);
const payload = fc.uint8Array({ maxLength: 40 });
const options = fc.nat(10).chain((words) => bytesOf(words * 4));

function bytesOf(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

export const ipv4Address = bytesOf(4).map(formatAddress);
/** Few different groups, so that runs of zeros and mapped addresses come up. */
export const ipv6Address = fc
  .oneof(
    bytesOf(16),
    fc
      .array(fc.constantFrom(0, 0, 0, 1, 0xff), { minLength: 16, maxLength: 16 })
      .map((bytes) => Uint8Array.from(bytes)),
    bytesOf(4).map((quad) => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...quad)),
  )
  .map(formatAddress);
export const mac = bytesOf(6).map(formatMac);

export const ethernet: fc.Arbitrary<Ethernet> = record({
  destination: mac,
  source: mac,
  type: word,
  payload,
});

export const arp: fc.Arbitrary<Arp> = record({
  operation: fc.constantFrom("request", "reply"),
  senderMac: mac,
  senderAddress: ipv4Address,
  targetMac: mac,
  targetAddress: ipv4Address,
});

export const ipv4: fc.Arbitrary<Ipv4> = record({
  version: fc.constant(4),
  trafficClass: byte,
  id: word,
  dontFragment: fc.boolean(),
  moreFragments: fc.boolean(),
  fragmentOffset: fc.nat(0x1fff).map((eights) => eights * 8),
  ttl: byte,
  protocol: byte,
  source: ipv4Address,
  destination: ipv4Address,
  options,
  payload,
});

export const ipv6: fc.Arbitrary<Ipv6> = record({
  version: fc.constant(6),
  trafficClass: byte,
  flowLabel: fc.nat(0xf_ffff),
  nextHeader: byte,
  hopLimit: byte,
  source: ipv6Address,
  destination: ipv6Address,
  payload,
});

export const tcp: fc.Arbitrary<Tcp> = record({
  sourcePort: word,
  destinationPort: word,
  sequence: long,
  acknowledgment: long,
  // In the order of their bits, as they are decoded.
  flags: fc.subarray([...TCP_FLAGS]).map((flags) => new Set(flags)),
  window: word,
  urgent: word,
  options,
  payload,
});

export const udp: fc.Arbitrary<Udp> = record({
  sourcePort: word,
  destinationPort: word,
  checksummed: fc.boolean(),
  payload,
});

export const icmp: fc.Arbitrary<Icmp> = record({
  type: byte,
  code: byte,
  rest: long,
  body: payload,
});

export const sctp: fc.Arbitrary<Sctp> = record({
  sourcePort: word,
  destinationPort: word,
  verificationTag: long,
  chunks: payload,
});

export const gre: fc.Arbitrary<Gre> = record({ type: word, checksummed: fc.boolean(), payload });

export const gue: fc.Arbitrary<Gue> = record({
  control: fc.boolean(),
  protocol: byte,
  flags: word,
  options: fc.nat(0x1f).chain((words) => bytesOf(words * 4)),
  payload,
});

/** The pseudo header's sum of some pair of addresses. */
export const pseudoHeader = fc.nat(0xf_ffff);

const ends = fc.oneof(
  record({ source: ipv4Address, destination: ipv4Address }),
  record({ source: ipv6Address, destination: ipv6Address }),
);
const ports = { sourcePort: word, destinationPort: word };
const flags = fc.subarray([...TCP_FLAGS]);
const eth = record({ source: mac, destination: mac });

/** Any frame that the builder can build. */
export const frameSpec: fc.Arbitrary<FrameSpec> = fc.oneof(
  record({ eth, arp }),
  record({
    eth,
    ip: ends,
    tcp: record({ ...ports, flags, sequence: long, options }),
    payload,
  }),
  record({ eth, ip: ends, udp: record(ports), payload }),
  record({ eth, ip: ends, icmp }),
  record({ eth, ip: ends, sctp }),
);
