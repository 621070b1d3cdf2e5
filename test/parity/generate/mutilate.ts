import type { Random } from "../../../src/base/random.ts";
import { writeU16 } from "../../../src/wire/bytes.ts";
import { ETHERNET_AT, ETHERNET_BYTES } from "../../../src/wire/ethernet.ts";
import { IPV4_AT } from "../../../src/wire/ipv4.ts";

/** One thing that is wrong with a frame. It changes the bytes in place, or gives others. */
type Fault = (frame: Uint8Array, random: Random) => Uint8Array;

const IP = ETHERNET_BYTES;

/** What lines, hosts and attackers do to frames. Frames keep the 14 bytes that Ethernet needs. */
const FAULTS: readonly Fault[] = [
  // Cut off anywhere, or followed by padding, as every short frame is on a wire.
  (frame, random) => frame.slice(0, IP + random.integer(frame.length - IP + 1)),
  (frame, random) => frame.slice(0, IP + random.integer(Math.min(60, frame.length - IP + 1))),
  (frame, random) => pad(frame, 1 + random.integer(60), random),
  (frame) => pad(frame, Math.max(0, 60 - frame.length)),
  // Version and length of the header.
  (frame, random) => set(frame, IP, random.integer(256)),
  (frame, random) => set(frame, IP, 0x40 | random.integer(16)),
  (frame, random) => setU16(frame, IP + IPV4_AT.totalLength, random.integer(0x10000)),
  (frame, random) => setU16(frame, IP + IPV4_AT.totalLength, random.integer(frame.length)),
  (frame, random) =>
    setU16(frame, IP + IPV4_AT.totalLength, frame.length - IP + random.integer(3) - 1),
  // Fragments: the first, later ones, the bit that must be zero.
  (frame) => setU16(frame, IP + IPV4_AT.fragment, 0x2000),
  (frame, random) => setU16(frame, IP + IPV4_AT.fragment, random.integer(0x2000)),
  (frame, random) => setU16(frame, IP + IPV4_AT.fragment, random.integer(0x10000)),
  // A checksum at which the carry of RFC 1141 goes around, or nearly.
  (frame, random) =>
    setU16(frame, IP + IPV4_AT.checksum, random.pick([0xfeff, 0xfefe, 0xff00, 0xfffe, 0xffff, 0])),
  // Another protocol: ICMP, SCTP, IP in IP, anything.
  (frame, random) => set(frame, IP + IPV4_AT.protocol, random.pick([1, 4, 47, 132])),
  (frame, random) => set(frame, IP + IPV4_AT.protocol, random.integer(256)),
  // TCP read as UDP and the other way round.
  (frame) => set(frame, IP + IPV4_AT.protocol, frame[IP + IPV4_AT.protocol]! ^ 6 ^ 17),
  // ARP, IPv6, a VLAN tag, LLDP, anything.
  (frame, random) =>
    setU16(frame, ETHERNET_AT.type, random.pick([0x0806, 0x86dd, 0x8100, 0x88cc, 0x0008])),
  (frame, random) => setU16(frame, ETHERNET_AT.type, random.integer(0x10000)),
  // To somebody else: one bit, all, broadcast.
  (frame, random) => flip(frame, random.integer(48)),
  (frame) => frame.fill(0xff, 0, 6),
  // Noise in the header, anywhere, everywhere.
  (frame, random) => flip(frame, 8 * IP + random.integer(8 * Math.min(40, frame.length - IP))),
  (frame, random) => flip(frame, random.integer(8 * frame.length)),
  (frame, random) => {
    frame.set(random.bytes(frame.length - IP), IP);
    return frame;
  },
  (_, random) => random.bytes(IP + random.integer(200)),
  // An IPv4 header and nothing sensible behind it.
  (frame, random) => {
    const short = IP + 20 + random.integer(30);
    const noise = random.bytes(short);
    noise.set(frame.subarray(0, Math.min(IP + 20, frame.length)));
    return noise;
  },
];

/** A frame that is wrong in one way, or in several. */
export function mutilate(frame: Uint8Array, random: Random): Uint8Array {
  let mutilated: Uint8Array = frame.slice();
  const faults = random.chance(0.8) ? 1 : 2 + random.integer(2);
  for (let i = 0; i < faults; i++) {
    // What was cut off too far can only be padded again.
    if (mutilated.length < IP + 20) mutilated = pad(mutilated, IP + 20 - mutilated.length);
    mutilated = random.pick(FAULTS)(mutilated, random);
  }
  return mutilated;
}

function set(frame: Uint8Array, at: number, value: number): Uint8Array {
  frame[at] = value;
  return frame;
}

function setU16(frame: Uint8Array, at: number, value: number): Uint8Array {
  writeU16(frame, at, value);
  return frame;
}

function flip(frame: Uint8Array, bit: number): Uint8Array {
  frame[bit >> 3] = frame[bit >> 3]! ^ (1 << (bit & 7));
  return frame;
}

function pad(frame: Uint8Array, bytes: number, random?: Random): Uint8Array {
  const padded = new Uint8Array(frame.length + bytes);
  padded.set(frame);
  if (random !== undefined) padded.set(random.bytes(bytes), frame.length);
  return padded;
}
