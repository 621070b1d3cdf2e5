import assert from "node:assert/strict";
import { test } from "node:test";
import { concat } from "./bytes.ts";
import { encodeIpv6Fragment } from "./ipv6-extension.ts";
import { parsePacket } from "./packet.ts";
import { packet } from "./packet-builder.ts";
import { describeDatagram } from "./packet-description.ts";
import { PROTOCOL } from "./protocol.ts";
import { codeOf, survivesAnyBytes } from "./testing/laws.ts";

const IPV4 = { source: "192.168.150.1", destination: "192.168.150.100" };
const IPV6 = { source: "2001:db8::1", destination: "2001:db8::100" };
const PORTS = { sourcePort: 40001, destinationPort: 80 };

test("the builder fills in what a Linux host would", () => {
  const parsed = parsePacket(packet({ ip: IPV4, tcp: { ...PORTS, flags: ["syn"] } }));
  assert.ok(parsed.ok);
  const { ip, tcp } = parsed.value;
  assert.ok(ip.version === 4 && tcp !== undefined);
  assert.deepEqual([ip.ttl, ip.dontFragment, ip.protocol], [64, true, PROTOCOL.tcp]);
  assert.deepEqual([tcp.window, tcp.sequence, [...tcp.flags]], [64240, 0, ["syn"]]);
});

test("one family must serve both addresses", () => {
  const ip = { source: IPV4.source, destination: IPV6.destination };
  assert.throws(() => packet({ ip, tcp: PORTS }), /broken invariant: one family/);
});

test("extension headers are passed on the way to the transport", () => {
  const bytes = Uint8Array.of(PROTOCOL.udp, 0, 1, 4, 0, 0, 0, 0);
  const extensions = { nextHeader: PROTOCOL.hopByHop, bytes };
  const parsed = parsePacket(packet({ ip: { ...IPV6, extensions }, udp: PORTS, payload: "hi" }));
  assert.ok(parsed.ok);
  assert.equal(parsed.value.protocol, PROTOCOL.udp);
  assert.deepEqual(parsed.value.udp?.payload, new TextEncoder().encode("hi"));
});

test("a fragment has no transport, and only the first has ports", () => {
  const whole = packet({ ip: IPV4, udp: PORTS, payload: "0123456789abcdef" });
  const transport = whole.subarray(20);
  const ip = { ...IPV4, id: 9, protocol: PROTOCOL.udp };
  const first = packet({ ip: { ...ip, moreFragments: true }, payload: transport.subarray(0, 16) });
  const last = packet({ ip: { ...ip, fragmentOffset: 16 }, payload: transport.subarray(16) });
  assert.equal(
    describeDatagram(first),
    "192.168.150.1:40001 > 192.168.150.100:80 udp length 16 frag 9:0+",
  );
  assert.equal(describeDatagram(last), "192.168.150.1 > 192.168.150.100 udp length 8 frag 9:16");
});

test("an IPv6 fragment header on a whole packet makes no fragment of it (RFC 6946)", () => {
  const extension = (moreFragments: boolean) => ({
    nextHeader: PROTOCOL.fragment,
    bytes: encodeIpv6Fragment(PROTOCOL.udp, { id: 9, offset: 0, moreFragments }),
  });
  const atomic = packet({ ip: { ...IPV6, extensions: extension(false) }, udp: PORTS });
  assert.equal(describeDatagram(atomic), "[2001:db8::1]:40001 > [2001:db8::100]:80 udp length 0");
  const first = packet({ ip: { ...IPV6, extensions: extension(true) }, udp: PORTS });
  assert.equal(
    describeDatagram(first),
    "[2001:db8::1]:40001 > [2001:db8::100]:80 udp length 8 frag 9:0+",
  );
});

test("a datagram in a datagram is told in brackets, but not without end", () => {
  let datagram = packet({ ip: IPV4, udp: PORTS });
  for (let depth = 0; depth < 6; depth++) {
    const ip = { source: "10.0.0.1", destination: "10.0.0.2", protocol: PROTOCOL.ipip };
    datagram = packet({ ip, payload: datagram });
  }
  const line = describeDatagram(datagram);
  assert.equal(line.split("ipip (").length - 1, 4);
  assert.match(line, /ipip length 48\){4}$/);
});

test("what is malformed is said behind what could be read", () => {
  const bytes = packet({ ip: IPV4, tcp: { ...PORTS, flags: ["syn"], sequence: 1000 } });
  const line = "192.168.150.1:40001 > 192.168.150.100:80";
  const damaged = concat(bytes);
  damaged[39]! ^= 1;
  const syn = `${line} S seq 1000 win 64240`;
  assert.equal(describeDatagram(damaged), `${syn} [TCP checksum does not match]`);
  const aged = concat(bytes);
  aged[8]! -= 1;
  assert.equal(describeDatagram(aged), `${syn} [IPv4 header checksum does not match]`);
  assert.equal(
    describeDatagram(bytes.subarray(0, 30)),
    `${line} tcp [IPv4 datagram needs 40 bytes, 30 are there]`,
  );
  const short = packet({ ip: { ...IPV4, protocol: PROTOCOL.tcp }, payload: bytes.slice(20, 30) });
  assert.equal(describeDatagram(short), `${line} tcp length 10 [TCP needs 20 bytes, 10 are there]`);
  assert.equal(
    describeDatagram(bytes.subarray(0, 3)),
    "ip length 3 [IPv4 needs 20 bytes, 3 are there]",
  );
});

test("other versions are refused, and no bytes make it throw", () => {
  assert.equal(codeOf(parsePacket(Uint8Array.of(0x50, 1, 2, 3))), "BAD_VERSION");
  survivesAnyBytes(parsePacket);
  survivesAnyBytes((bytes) => parsePacket(bytes, "trust"));
  survivesAnyBytes(describeDatagram);
});
