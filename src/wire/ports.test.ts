import assert from "node:assert/strict";
import { test } from "node:test";
import { readPorts } from "./ports.ts";
import { PROTOCOL } from "./protocol.ts";

const START = Uint8Array.of(0x9c, 0x41, 0, 80, 1);

test("TCP, UDP and SCTP begin with their ports", () => {
  for (const protocol of [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp]) {
    assert.deepEqual(readPorts(protocol, START), { sourcePort: 40001, destinationPort: 80 });
    assert.equal(readPorts(protocol, START.subarray(0, 3)), undefined);
  }
});

test("nothing else does", () => {
  for (const protocol of [PROTOCOL.icmp, PROTOCOL.gre, PROTOCOL.vrrp, 255]) {
    assert.equal(readPorts(protocol, START), undefined);
  }
});
