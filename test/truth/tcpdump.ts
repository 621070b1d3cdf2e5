import { formatAddress } from "../../src/wire/address.ts";
import { hex, readU16 } from "../../src/wire/bytes.ts";
import { formatMac } from "../../src/wire/mac.ts";

/**
 * The two lines of `tcpdump -e -vv` about a frame, as far as the captures of frames without bytes
 * need them: the whole first line, and the second up to the checksum.
 */
export function tcpdumpLines(frame: Uint8Array): [string, string] {
  const ip = frame.subarray(14);
  const fragment = readU16(ip, 6);
  const flags = fragment & 0x4000 ? "DF" : fragment & 0x2000 ? "+" : "none";
  const protocol = { 1: "ICMP", 6: "TCP", 17: "UDP" }[ip[9]!];
  const first =
    `${formatMac(frame.subarray(6, 12))} > ${formatMac(frame.subarray(0, 6))}, ethertype IPv4 ` +
    `(0x0800), length ${frame.length}: (tos 0x${ip[1]!.toString(16)}, ttl ${ip[8]}, ` +
    `id ${readU16(ip, 4)}, offset ${(fragment & 0x1fff) * 8}, flags [${flags}], ` +
    `proto ${protocol} (${ip[9]}), length ${readU16(ip, 2)})`;
  return [first, describeTransport(ip)];
}

function describeTransport(ip: Uint8Array): string {
  const source = formatAddress(ip.subarray(12, 16));
  const destination = formatAddress(ip.subarray(16, 20));
  const transport = ip.subarray((ip[0]! & 0x0f) * 4);
  if (ip[9] === 1) return `${source} > ${destination}: ICMP ${describeIcmp(transport)}`;
  const ends = `${source}.${readU16(transport, 0)} > ${destination}.${readU16(transport, 2)}: `;
  if (ip[9] === 17) return ends;
  return `${ends}Flags [${tcpFlags(transport[13]!)}], cksum 0x${hex(transport.subarray(16, 18))}`;
}

/** Port unreachable, the one that the captures show without bytes. */
function describeIcmp(message: Uint8Array): string {
  const quoted = message.subarray(8);
  const port = readU16(quoted, (quoted[0]! & 0x0f) * 4 + 2);
  const protocol = quoted[9] === 6 ? "tcp" : "udp";
  const kind = message[0] === 3 && message[1] === 3 ? "unreachable" : `${message[0]}/${message[1]}`;
  return `${formatAddress(quoted.subarray(16, 20))} ${protocol} port ${port} ${kind}`;
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
