import assert from "node:assert/strict";
import { hex } from "../../src/wire/bytes.ts";
import { parseFrame } from "../../src/wire/frame.ts";
import { holdDataPath } from "./data-path-cases.ts";
import { Director } from "./director.ts";
import { describeEntry } from "./entry.ts";
import type { Exclusion } from "./exclusions.ts";
import { type Forwarding, readForwardings } from "./packets-fwd-capture.ts";

/**
 * One TCP connection of a real client: every frame to the director, and what leaves it for each.
 */

const EXCLUSIONS: readonly Exclusion[] = [
  { cases: /IPv6|IPv4 in IPv6/, reason: "IPv6 is not there yet" },
  { cases: /^TUN/, reason: "TUN is not there yet" },
  { cases: /^NAT/, reason: "NAT is not there yet" },
];

const DIRECTOR_MAC = "02:00:00:00:00:10";

function hold({ title, commands, frames, entries }: Forwarding): void {
  const director = new Director({
    interfaces: [{ mac: DIRECTOR_MAC, network: "192.168.150.0/24" }],
    local: ["192.168.150.100"],
    neighbours: { "192.168.150.11": "02:00:00:00:00:11" },
  });
  for (const command of commands) director.run(command);

  const arrived = frames.filter(isForDirector);
  const left = frames.filter((frame) => !isForDirector(frame));
  assert.ok(arrived.length >= 5, "a SYN, three ACKs and a FIN");
  assert.equal(arrived.length, left.length, title);
  for (const [i, frame] of arrived.entries()) {
    const received = director.receive(frame);
    assert.equal(received.verdict, "tx", received.reason);
    assert.equal(hex(received.frame), hex(left[i]!));
  }

  // The capture looked at the connections between one and two seconds after the last packet.
  director.wait(1.5);
  assert.deepEqual(director.connections().map(describeEntry), entries);
  const [server] = director.allServers();
  assert.equal(server!.counters.connections, 1n);
  assert.equal(server!.counters.inPackets, BigInt(arrived.length));
  const bytes = arrived.reduce((sum, frame) => sum + frame.length - 14, 0);
  assert.equal(server!.counters.inBytes, BigInt(bytes));
  assert.equal(server!.counters.outPackets, 0n);
}

function isForDirector(frame: Uint8Array): boolean {
  const parsed = parseFrame(frame);
  assert.ok(parsed.ok, hex(frame));
  return parsed.value.eth.destination === DIRECTOR_MAC;
}

holdDataPath(
  readForwardings().map((forwarding) => ({
    name: forwarding.title,
    run: () => hold(forwarding),
  })),
  EXCLUSIONS,
  15,
);
