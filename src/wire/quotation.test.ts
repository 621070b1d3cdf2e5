import assert from "node:assert/strict";
import { test } from "node:test";
import { concat } from "./bytes.ts";
import { encodeIpv6Fragment } from "./ipv6-extension.ts";
import { packet } from "./packet-builder.ts";
import { PROTOCOL } from "./protocol.ts";
import { decodeQuotation, describeQuotation } from "./quotation.ts";
import { codeOf, survivesAnyBytes } from "./testing/laws.ts";

const IPV4 = { source: "192.168.150.100", destination: "192.168.150.1" };
const IPV6 = { source: "2001:db8::100", destination: "2001:db8::1" };
const PORTS = { sourcePort: 80, destinationPort: 40001 };

function linesOfCuts(datagram: Uint8Array): Map<number, string> {
  const lines = new Map<number, string>();
  for (let length = 0; length <= datagram.length; length++) {
    const result = decodeQuotation(datagram.subarray(0, length));
    lines.set(length, result.ok ? describeQuotation(result.value) : result.fault.code);
  }
  return lines;
}

test("a quoted IPv4 datagram may end anywhere", () => {
  const lines = linesOfCuts(packet({ ip: IPV4, tcp: PORTS, payload: "and more" }));
  for (const [length, line] of lines) {
    if (length < 20) assert.equal(line, "TRUNCATED");
    else if (length < 24) assert.equal(line, "192.168.150.100 > 192.168.150.1 tcp");
    else assert.equal(line, "192.168.150.100:80 > 192.168.150.1:40001 tcp");
  }
});

test("a quoted IPv6 packet may end anywhere", () => {
  const lines = linesOfCuts(packet({ ip: IPV6, udp: PORTS, payload: "and more" }));
  for (const [length, line] of lines) {
    if (length < 40) assert.equal(line, "TRUNCATED");
    else if (length < 44) assert.equal(line, "2001:db8::100 > 2001:db8::1 udp");
    else assert.equal(line, "[2001:db8::100]:80 > [2001:db8::1]:40001 udp");
  }
});

test("a fragment that is not the first has no ports", () => {
  const bytes = packet({ ip: { ...IPV4, fragmentOffset: 8, protocol: 17 }, payload: "12345678" });
  const quoted = decodeQuotation(bytes);
  assert.ok(quoted.ok);
  assert.equal(quoted.value.ports, undefined);
  const fragment = encodeIpv6Fragment(PROTOCOL.udp, { id: 1, offset: 8, moreFragments: false });
  const ip = { ...IPV6, protocol: PROTOCOL.udp };
  const six = packet({
    ip: { ...ip, extensions: { nextHeader: PROTOCOL.fragment, bytes: fragment } },
    payload: "12345678",
  });
  const quotedSix = decodeQuotation(six);
  assert.ok(quotedSix.ok);
  assert.equal(quotedSix.value.protocol, PROTOCOL.udp);
  assert.equal(quotedSix.value.ports, undefined);
});

test("the place of the transport counts options", () => {
  const options = Uint8Array.of(1, 1, 1, 0);
  const quoted = decodeQuotation(packet({ ip: { ...IPV4, options }, tcp: PORTS }));
  assert.ok(quoted.ok);
  assert.equal(quoted.value.transportAt, 24);
  assert.deepEqual(quoted.value.ports, PORTS);
});

test("other versions are refused, and no bytes make it throw", () => {
  assert.equal(
    codeOf(decodeQuotation(concat(Uint8Array.of(0x50), new Uint8Array(40)))),
    "BAD_VERSION",
  );
  survivesAnyBytes(decodeQuotation);
});
