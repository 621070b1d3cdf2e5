import assert from "node:assert/strict";
import { formatAddress } from "../../src/wire/address.ts";
import { hex, readU16 } from "../../src/wire/bytes.ts";
import { parseFrame } from "../../src/wire/frame.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";

/**
 * What the kernel was free to choose in a frame of its own, and nobody can predict: set to zero,
 * with the checksums over it. Everything else of a frame is compared byte for byte.
 */

/** The director's own addresses on the LANs of the captures. */
const DIRECTOR = ["192.168.150.10", "10.0.0.1", "fd00:150::10", "fd00:10::1"];

/** RFC 1812 section 4.3.2.5: the precedence of the director's own ICMP errors. */
const INTERNETWORK_CONTROL = 0xc0;

export function withoutFreeChoices(frame: Uint8Array): Uint8Array {
  assert.ok(parseFrame(frame).ok || !isGue(frame), hex(frame));
  const bytes = frame.slice();
  if (bytes[14]! >> 4 === 6) maskIpv6(bytes);
  else maskIpv4(bytes);
  return bytes;
}

/** The same of tcpdump's lines about a frame that withoutFreeChoices() changes. */
export function textWithoutFreeChoices(line: string): string {
  return line
    .replace(/(tos 0xc0, ttl 64, id )\d+/, "$10")
    .replace(/(^[\d.]+)\.\d+( > [\d.]+\.608[01]: )/, "$1.0$2")
    .replace(/(frag \(0x)[0-9a-f]+/, "$100000000");
}

/** The IP identification of errors and of tunnels that may be fragmented; the port of GUE. */
function maskIpv4(bytes: Uint8Array): void {
  const tunnel = isTunnel(bytes[23]!, bytes.subarray(26, 30));
  const mayFragment = (readU16(bytes, 20) & 0x4000) === 0;
  if (isOwnError(bytes) || (tunnel && mayFragment)) {
    bytes.fill(0, 18, 20);
    bytes.fill(0, 24, 26);
  }
  if (isGue(bytes)) maskGue(bytes, 34);
}

/** The flow label of errors, the identification of fragments, the port of GUE. */
function maskIpv6(bytes: Uint8Array): void {
  if (isOwnError6(bytes)) bytes.fill(0, 15, 18);
  if (bytes[20] === PROTOCOL.fragment) bytes.fill(0, 58, 62);
  if (isGue(bytes)) maskGue(bytes, 54);
}

function isGue(bytes: Uint8Array): boolean {
  if (bytes[14]! >> 4 === 6) {
    return bytes[20] === PROTOCOL.udp && isTunnel(PROTOCOL.udp, bytes.subarray(22, 38));
  }
  return bytes[23] === PROTOCOL.udp && isTunnel(PROTOCOL.udp, bytes.subarray(26, 30));
}

function isOwnError(bytes: Uint8Array): boolean {
  return bytes[23] === PROTOCOL.icmp && bytes[15] === INTERNETWORK_CONTROL;
}

/** Linux gives its own errors hop limit 64; forwarded ones come with 63. */
function isOwnError6(bytes: Uint8Array): boolean {
  return bytes[20] === PROTOCOL.icmpv6 && bytes[21] === 64;
}

function isTunnel(protocol: number, source: Uint8Array): boolean {
  const tunnels: readonly number[] = [PROTOCOL.ipip, PROTOCOL.ipv6, PROTOCOL.gre, PROTOCOL.udp];
  return tunnels.includes(protocol) && DIRECTOR.includes(formatAddress(source));
}

/** The source port, which is to spread flows, and the checksum, which then must be right. */
function maskGue(bytes: Uint8Array, udp: number): void {
  bytes.fill(0, udp, udp + 2);
  if (readU16(bytes, udp + 6) !== 0) bytes.fill(0xff, udp + 6, udp + 8);
}
