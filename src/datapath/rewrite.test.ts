import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../base/random.ts";
import { mappedBytes } from "../wire/address.ts";
import { hex, readU16, writeU16 } from "../wire/bytes.ts";
import { frame } from "../wire/frame.ts";
import type { IpSpec } from "../wire/packet-builder.ts";
import { type Packet, parsePacket } from "./packet.ts";
import { type End, rewrite, type Side } from "./rewrite.ts";
import { CLIENT_MAC, DIRECTOR_MAC, natView, OUTSIDE } from "./testing/nat.ts";
import { readWords } from "./tuple.ts";

const view = natView();
const eth = { source: CLIENT_MAC, destination: DIRECTOR_MAC };

function parsed(bytes: Uint8Array): Packet {
  const packet = parsePacket(view, bytes, OUTSIDE);
  assert.ok(typeof packet === "object", String(packet));
  return packet;
}

function endOf(address: string, port: number): End {
  return { address: readWords(new DataView(mappedBytes(address).buffer), 0), port };
}

/** A frame as it is built, from one address and port to another. */
type Build = (source: [string, number], destination: [string, number]) => Uint8Array;

const ADDRESSES = {
  IPv4: ["192.168.150.60", "192.168.150.100", "10.0.0.99"],
  IPv6: ["fd00:150::60", "fd00:150::100", "fd00:10::99"],
} as const;

/** Packets of random contents; `more` is what is special about their IP header. */
function builds(random: Random, more: Partial<IpSpec>): Record<string, Build> {
  const payload = random.bytes(random.integer(64));
  const ip = { ttl: 64, id: random.integer(0x10000), ...more };
  const ports = (source: number, destination: number) => {
    return { sourcePort: source, destinationPort: destination };
  };
  return {
    TCP: ([source, from], [destination, to]) =>
      frame({ eth, ip: { ...ip, source, destination }, tcp: ports(from, to), payload }),
    UDP: ([source, from], [destination, to]) =>
      frame({ eth, ip: { ...ip, source, destination }, udp: ports(from, to), payload }),
  };
}

for (const [family, [client, vip, server]] of Object.entries(ADDRESSES)) {
  const kinds: Record<string, Partial<IpSpec>> = { "as usual": {} };
  if (family === "IPv4") kinds["with options"] = { options: new Uint8Array(12).fill(1) };
  for (const [kind, more] of Object.entries(kinds)) {
    test(`a rewritten packet is what its new end would have sent: ${family} ${kind}`, () => {
      const random = new Random(1);
      for (let i = 0; i < 200; i++) {
        const [from, to, other] = [
          random.integer(65536),
          random.integer(65536),
          random.integer(65536),
        ];
        for (const [transport, build] of Object.entries(builds(random, more))) {
          const request = build([client, from], [vip, to]);
          rewrite(parsed(request), request, "destination", endOf(server, other));
          assert.equal(hex(request), hex(build([client, from], [server, other])), transport);
          const answer = build([server, other], [client, from]);
          rewrite(parsed(answer), answer, "source", endOf(vip, to));
          assert.equal(hex(answer), hex(build([vip, to], [client, from])), transport);
        }
      }
    });
  }
}

const [CLIENT, VIP, SERVER] = ADDRESSES.IPv4;

function datagram(destination: string, port: number, checksummed = true): Uint8Array {
  const udp = { sourcePort: 3081, destinationPort: port, checksummed };
  return frame({ eth, ip: { source: CLIENT, destination }, udp, payload: "x" });
}

test("a datagram without a checksum gets none", () => {
  const bytes = datagram(VIP, 53, false);
  rewrite(parsed(bytes), bytes, "destination", endOf(SERVER, 5353));
  assert.equal(hex(bytes), hex(datagram(SERVER, 5353, false)));
});

test("a UDP checksum that comes out as zero is sent as all ones", () => {
  const bytes = datagram(VIP, 0);
  // The port that takes the checksum to zero: all that it lacks.
  const port = readU16(bytes, 40);
  rewrite(parsed(bytes), bytes, "destination", endOf(VIP, port));
  assert.equal(readU16(bytes, 40), 0xffff);
  assert.equal(hex(bytes), hex(datagram(VIP, port)));
});

test("a wrong checksum stays as wrong as it was", () => {
  const bytes = datagram(VIP, 53);
  const right = datagram(SERVER, 53);
  writeU16(bytes, 40, readU16(bytes, 40) - 1);
  rewrite(parsed(bytes), bytes, "destination", endOf(SERVER, 53));
  assert.equal(readU16(bytes, 40), readU16(right, 40) - 1);
});

for (const side of ["source", "destination"] as const satisfies readonly Side[]) {
  test(`of a later fragment only the ${side} address changes`, () => {
    const build = (source: string, destination: string) =>
      frame({
        eth,
        ip: { source, destination, protocol: 17, fragmentOffset: 1000, id: 7 },
        payload: "a fragment's payload",
      });
    const bytes = build(CLIENT, VIP);
    rewrite(parsed(bytes), bytes, side, endOf(SERVER, 5353));
    const changed = side === "source" ? build(SERVER, VIP) : build(CLIENT, SERVER);
    assert.equal(hex(bytes), hex(changed));
  });
}
