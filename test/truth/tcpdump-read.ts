import assert from "node:assert/strict";
import { concat, hex, writeU16, writeU32 } from "../../src/wire/bytes.ts";
import { frame } from "../../src/wire/frame.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";

/**
 * The bytes of TCP segments over IPv4 that a capture shows only as the text of `tcpdump -e -vv`.
 * The checksum in the text proves that they are those that were on the wire.
 */

const HEAD =
  /^(\S+) > (\S+), ethertype IPv4 .*\(tos 0x0, ttl (\d+), id (\d+), offset 0, flags \[DF\],/;
const SOCKET = "([\\d.]+)\\.(\\d+)";
const TRANSPORT = new RegExp(
  `^\\s+${SOCKET} > ${SOCKET}: Flags \\[(\\S+)\\], cksum 0x([0-9a-f]{4}) \\(correct\\), (.*)$`,
);

const FLAGS: Readonly<Record<string, TcpFlag>> = {
  F: "fin",
  S: "syn",
  R: "rst",
  P: "psh",
  ".": "ack",
};

/** The frames of one tcpdump; `payload` is what the one segment with data carries. */
export function readTcpdump(lines: readonly string[], payload: string): Uint8Array[] {
  // tcpdump counts sequence numbers from those of each side's SYN.
  const first = new Map<string, number>();
  const frames: Uint8Array[] = [];
  for (const [i, line] of lines.entries()) {
    const head = HEAD.exec(line)?.slice(1);
    const transport = TRANSPORT.exec(lines[i + 1] ?? "")?.slice(1);
    if (head === undefined || transport === undefined) continue;
    frames.push(buildFrame(head, transport, first, payload));
  }
  return frames;
}

function buildFrame(
  [source, destination, ttl, id]: readonly string[],
  [from, sourcePort, to, destinationPort, letters, sum, rest]: readonly string[],
  first: Map<string, number>,
  payload: string,
): Uint8Array {
  const number = (name: string) => Number(new RegExp(`\\b${name} (\\d+)`).exec(rest!)?.[1] ?? 0);
  const [own, other] = [`${from}.${sourcePort}`, `${to}.${destinationPort}`];
  const flags = [...letters!].map((letter) => FLAGS[letter]!);
  const opening = flags.includes("syn");
  if (opening) first.set(own, number("seq"));
  // A RST that nobody expected stands with its whole number too.
  const whole = opening || flags.includes("rst");
  const base = (socket: string) => (whole ? 0 : (first.get(socket) ?? 0));
  const bytes = frame({
    eth: { source: source!, destination: destination! },
    ip: { source: from!, destination: to!, ttl: Number(ttl), id: Number(id), dontFragment: true },
    tcp: {
      sourcePort: Number(sourcePort),
      destinationPort: Number(destinationPort),
      sequence: (base(own) + number("seq")) >>> 0,
      acknowledgment: flags.includes("ack") ? (base(other) + number("ack")) >>> 0 : 0,
      flags,
      window: number("win"),
      options: readOptions(/options \[(.*)\]/.exec(rest!)?.[1] ?? ""),
    },
    ...(number("length") === 0 ? {} : { payload }),
  });
  assert.equal(hex(bytes.subarray(50, 52)), sum, rest);
  return bytes;
}

/** "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7" (RFC 9293 section 3.1, RFC 7323, RFC 2018). */
function readOptions(text: string): Uint8Array {
  const options = text === "" ? [] : text.split(",").map(readOption);
  return concat(...options);
}

function readOption(text: string): Uint8Array {
  const [name, ...values] = text.split(/ (?:val |ecr )?/);
  switch (name) {
    case "nop":
      return Uint8Array.of(1);
    case "mss": {
      const bytes = Uint8Array.of(2, 4, 0, 0);
      writeU16(bytes, 2, Number(values[0]));
      return bytes;
    }
    case "wscale":
      return Uint8Array.of(3, 3, Number(values[0]));
    case "sackOK":
      return Uint8Array.of(4, 2);
    case "TS": {
      const bytes = new Uint8Array(10);
      bytes.set([8, 10]);
      writeU32(bytes, 2, Number(values[0]));
      writeU32(bytes, 6, Number(values[1]));
      return bytes;
    }
    default:
      throw new Error(`no TCP option of the captures: ${text}`);
  }
}
