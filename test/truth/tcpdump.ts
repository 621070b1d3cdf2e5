import { formatAddress } from "../../src/wire/address.ts";
import { hex, readU16, readU32 } from "../../src/wire/bytes.ts";
import { formatMac } from "../../src/wire/mac.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";

/**
 * The beginnings of the lines of `tcpdump -e -vv` about a frame, as far as the captures of frames
 * without bytes need them: headers whole, transports up to what the captures say of the payload.
 */
export function tcpdumpLines(frame: Uint8Array): string[] {
  const ip = frame.subarray(14);
  const family = ip[0]! >> 4 === 6 ? "IPv6 (0x86dd)" : "IPv4 (0x0800)";
  const [first, ...rest] = ip[0]! >> 4 === 6 ? ipv6Lines(ip) : ipv4Lines(ip);
  const macs = `${formatMac(frame.subarray(6, 12))} > ${formatMac(frame.subarray(0, 6))}`;
  return [`${macs}, ethertype ${family}, length ${frame.length}: ${first}`, ...rest];
}

const NAMES: Readonly<Record<number, string>> = {
  [PROTOCOL.icmp]: "ICMP",
  [PROTOCOL.ipip]: "IPIP",
  [PROTOCOL.tcp]: "TCP",
  [PROTOCOL.udp]: "UDP",
  [PROTOCOL.ipv6]: "IPv6",
  [PROTOCOL.fragment]: "Fragment",
  [PROTOCOL.gre]: "GRE",
  [PROTOCOL.icmpv6]: "ICMPv6",
};

function ipv4Lines(ip: Uint8Array): string[] {
  const fragment = readU16(ip, 6);
  const offset = (fragment & 0x1fff) * 8;
  const flags = fragment & 0x4000 ? "DF" : fragment & 0x2000 ? "+" : "none";
  const protocol = ip[9]!;
  const head =
    `(tos 0x${ip[1]!.toString(16)}, ttl ${ip[8]}, id ${readU16(ip, 4)}, offset ${offset}, ` +
    `flags [${flags}], proto ${NAMES[protocol]} (${protocol}), length ${readU16(ip, 2)})`;
  const ends = { source: ip.subarray(12, 16), destination: ip.subarray(16, 20) };
  const between = `${formatAddress(ends.source)} > ${formatAddress(ends.destination)}: `;
  if (offset > 0) return [head, `${between}ip-proto-${protocol}`];
  return [head, ...upperLines(ip.subarray((ip[0]! & 0x0f) * 4), protocol, ends)];
}

/** IPv6 stands in one line with what it carries. */
function ipv6Lines(ip: Uint8Array): string[] {
  const word = readU32(ip, 0);
  const trafficClass = (word >>> 20) & 0xff;
  const flowLabel = word & 0xf_ffff;
  const protocol = ip[6]!;
  const head = [
    ...(trafficClass === 0 ? [] : [`class 0x${trafficClass.toString(16)}`]),
    ...(flowLabel === 0 ? [] : [`flowlabel 0x${flowLabel.toString(16).padStart(5, "0")}`]),
    `hlim ${ip[7]}`,
    `next-header ${NAMES[protocol]} (${protocol}) payload length: ${readU16(ip, 4)}`,
  ].join(", ");
  const ends = { source: ip.subarray(8, 24), destination: ip.subarray(24, 40) };
  const [upper, ...rest] = upperLines(ip.subarray(40), protocol, ends);
  return [`(${head}) ${upper}`, ...rest];
}

interface Ends {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

function upperLines(bytes: Uint8Array, protocol: number, ends: Ends): string[] {
  const source = formatAddress(ends.source);
  const destination = formatAddress(ends.destination);
  const between = `${source} > ${destination}: `;
  const sockets = `${source}.${readU16(bytes, 0)} > ${destination}.${readU16(bytes, 2)}: `;
  switch (protocol) {
    case PROTOCOL.tcp:
      return [`${sockets}Flags [${tcpFlags(bytes[13]!)}], ${tcpChecksum(bytes)}`];
    case PROTOCOL.udp:
      return [`${sockets}${udpChecksum(bytes)}`];
    case PROTOCOL.icmp:
      return [`${between}ICMP ${describeIcmp(bytes)}`];
    case PROTOCOL.fragment:
      return [`${between}${describeFragment(bytes)}`];
    case PROTOCOL.ipip:
      return withPrefix(between, ipv4Lines(bytes));
    case PROTOCOL.ipv6:
      return withPrefix(between, ipv6Lines(bytes));
    case PROTOCOL.gre:
      return greLines(between, bytes);
    default:
      throw new Error(`no capture has protocol ${protocol} without bytes`);
  }
}

function greLines(between: string, bytes: Uint8Array): string[] {
  const summed = (bytes[0]! & 0x80) !== 0;
  const flags = summed
    ? `Flags [checksum present], sum 0x${hex(bytes.subarray(4, 6))}, off 0x0`
    : "Flags [none]";
  const kind = `proto IPv4 (0x0800), length ${bytes.length}`;
  return [`${between}GREv0, ${flags}, ${kind}`, ...ipv4Lines(bytes.subarray(summed ? 8 : 4))];
}

function withPrefix(prefix: string, [first, ...rest]: readonly string[]): string[] {
  return [`${prefix}${first}`, ...rest];
}

function tcpChecksum(bytes: Uint8Array): string {
  return `cksum 0x${hex(bytes.subarray(16, 18))} (correct)`;
}

/** Datagrams to port 53 are told of as DNS, without a word about their checksum. */
function udpChecksum(bytes: Uint8Array): string {
  if (readU16(bytes, 0) === 53 || readU16(bytes, 2) === 53) return "";
  return `[${readU16(bytes, 6) === 0 ? "no cksum" : "udp sum ok"}] UDP, length ${bytes.length - 8}`;
}

/** Port unreachable and fragmentation needed, those that the captures show without bytes. */
function describeIcmp(message: Uint8Array): string {
  const quoted = message.subarray(8);
  const destination = formatAddress(quoted.subarray(16, 20));
  const port = readU16(quoted, (quoted[0]! & 0x0f) * 4 + 2);
  const name = quoted[9] === PROTOCOL.tcp ? "tcp" : "udp";
  const length = `length ${message.length}`;
  switch (`${message[0]}/${message[1]}`) {
    case "3/3":
      return `${destination} ${name} port ${port} unreachable, ${length}`;
    case "3/4":
      return `${destination} unreachable - need to frag (mtu ${readU16(message, 6)}), ${length}`;
    default:
      return `${message[0]}/${message[1]}`;
  }
}

/** The header of a fragment of IPv6, and the ports behind the first. */
function describeFragment(bytes: Uint8Array): string {
  const at = readU16(bytes, 2) & 0xfff8;
  const part = `frag (0x${hex(bytes.subarray(4, 8))}:${at}|${bytes.length - 8})`;
  return at > 0 ? part : `${part} ${readU16(bytes, 8)} > ${readU16(bytes, 10)}: `;
}

function tcpFlags(bits: number): string {
  const letters = [
    [1, "F"],
    [2, "S"],
    [4, "R"],
    [8, "P"],
    [16, "."],
  ] as const;
  return letters.map(([bit, letter]) => (bits & bit ? letter : "")).join("");
}
