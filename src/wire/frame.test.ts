import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { arpProbe } from "./arp.ts";
import { concat } from "./bytes.ts";
import { describeFrame, type Frame, frame, frameAround, parseFrame } from "./frame.ts";
import { packet } from "./packet-builder.ts";
import { ETHERTYPE } from "./protocol.ts";
import { frameSpec } from "./testing/arbitraries.ts";
import { CAPTURED } from "./testing/captured.ts";
import { codeOf, refusesEveryCut, survivesAnyBytes, survivesAnyChange } from "./testing/laws.ts";

const CLIENT = "02:00:00:00:00:01";
const DIRECTOR = "02:00:00:00:00:10";
const ETH = { source: CLIENT, destination: DIRECTOR };
const IP = { source: "192.168.150.1", destination: "192.168.150.100" };
const PORTS = { sourcePort: 40001, destinationPort: 80 };

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Builds a frame again from what was read of it. */
function rebuilt(parsed: Frame): Uint8Array {
  const { eth, arp, ip, tcp, udp, sctp, icmp } = parsed;
  if (arp !== undefined) return frame({ eth, arp });
  if (ip === undefined) throw new Error("the frame holds neither ARP nor IP");
  const common = { eth, ip: ip.version === 4 ? ip : { ...ip, ttl: ip.hopLimit } };
  if (tcp !== undefined) {
    return frame({ ...common, tcp: { ...tcp, flags: [...tcp.flags] }, payload: tcp.payload });
  }
  if (udp !== undefined) return frame({ ...common, udp, payload: udp.payload });
  if (sctp !== undefined) return frame({ ...common, sctp });
  if (icmp !== undefined) return frame({ ...common, icmp });
  const protocol = parsed.protocol ?? 0;
  return frame({ eth, ip: { ...common.ip, protocol }, payload: ip.payload });
}

for (const { what, hex, line } of CAPTURED) {
  test(`captured: ${what}`, () => {
    const bytes = bytesOf(hex);
    assert.equal(describeFrame(bytes), line);
    const damaged = line.includes("does not match");
    const parsed = parseFrame(bytes);
    if (damaged) assert.equal(codeOf(parsed), "BAD_CHECKSUM");
    else assert.deepEqual(rebuilt(parsed.ok ? parsed.value : assert.fail(line)), bytes);
  });
}

test("a frame that was built is read whole, and can be built again from that", () => {
  fc.assert(
    fc.property(frameSpec, (spec) => {
      const bytes = frame(spec);
      const parsed = parseFrame(bytes);
      assert.ok(parsed.ok);
      assert.deepEqual(rebuilt(parsed.value), bytes);
    }),
    { numRuns: 300 },
  );
});

test("a frame that is cut short is refused", () =>
  refusesEveryCut(frameSpec.map(frame), (bytes) => parseFrame(bytes)));

test("no bytes make it throw", () => {
  survivesAnyBytes((bytes) => parseFrame(bytes));
  survivesAnyBytes(describeFrame);
  survivesAnyChange(frameSpec.map(frame), (bytes) => parseFrame(bytes));
  survivesAnyChange(frameSpec.map(frame), (bytes) => parseFrame(bytes, "trust"));
  survivesAnyChange(frameSpec.map(frame), describeFrame);
});

test("Ethernet's padding changes nothing but the payload", () => {
  const bytes = frame({ eth: ETH, ip: IP, tcp: { ...PORTS, flags: ["syn"], sequence: 1000 } });
  const padded = concat(bytes, new Uint8Array(60 - bytes.length));
  assert.equal(describeFrame(padded), describeFrame(bytes));
  assert.equal(
    describeFrame(bytes),
    "192.168.150.1:40001 > 192.168.150.100:80 S seq 1000 win 64240",
  );
});

test("an EtherType that contradicts the datagram is refused", () => {
  const bytes = frame({ eth: ETH, ip: IP, udp: PORTS });
  bytes.set([0x86, 0xdd], 12);
  assert.equal(codeOf(parseFrame(bytes)), "BAD_VERSION");
  assert.match(describeFrame(bytes), / \[EtherType says IPv6, the datagram IPv4\]$/);
});

test("a frame around a datagram takes its EtherType from it", () => {
  const six = packet({ ip: { source: "::1", destination: "::2" }, udp: PORTS });
  const parsed = parseFrame(frameAround(ETH, six));
  assert.ok(parsed.ok);
  assert.equal(parsed.value.eth.type, ETHERTYPE.ipv6);
});

test("what is not IP is told by its header", () => {
  const probe = frame({ eth: ETH, arp: arpProbe(CLIENT, "192.168.150.100") });
  assert.equal(describeFrame(probe), `arp probe 192.168.150.100 by ${CLIENT}`);
  assert.equal(describeFrame(probe.subarray(0, 20)), "arp [ARP needs 28 bytes, 6 are there]");
  assert.equal(
    describeFrame(probe.subarray(0, 3)),
    "frame length 3 [Ethernet needs 14 bytes, 3 are there]",
  );
  probe.set([0x88, 0xcc], 12);
  assert.equal(describeFrame(probe), `${CLIENT} > ${DIRECTOR} ethertype 0x88cc length 28`);
});
