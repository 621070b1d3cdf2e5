import assert from "node:assert/strict";
import { hex } from "../../src/wire/bytes.ts";
import { parseFrame } from "../../src/wire/frame.ts";
import { holdDataPath } from "./data-path-cases.ts";
import { Director } from "./director.ts";
import { describeEntry } from "./entry.ts";
import type { Exclusion } from "./exclusions.ts";
import { withoutFreeChoices } from "./masks.ts";
import { type Forwarding, readForwardings } from "./packets-fwd-capture.ts";
import { type Passage, passagesOf } from "./passages.ts";

/**
 * One TCP connection of a real client: every frame to the director, and what leaves it for each.
 */

const EXCLUSIONS: readonly Exclusion[] = [];

const CLIENT_MAC = "02:00:00:00:00:50";
/** Of the director, by interface. */
const DIRECTOR_MACS = ["02:00:00:00:00:10", "02:00:00:00:01:01"];

function newDirector(): Director {
  return new Director({
    interfaces: [
      { mac: DIRECTOR_MACS[0]!, addresses: ["192.168.150.10/24", "fd00:150::10/64"] },
      { mac: DIRECTOR_MACS[1]!, addresses: ["10.0.0.1/24", "fd00:10::1/64"] },
    ],
    local: ["192.168.150.100", "fd00:150::100"],
    neighbours: {
      "192.168.150.50": CLIENT_MAC,
      "192.168.150.11": "02:00:00:00:00:11",
      "10.0.0.11": "02:00:00:00:01:11",
      "fd00:150::50": CLIENT_MAC,
      "fd00:150::11": "02:00:00:00:00:11",
      "fd00:10::11": "02:00:00:00:01:11",
    },
  });
}

function hold({ commands, frames, entries }: Forwarding): void {
  const director = newDirector();
  for (const command of commands) director.run(command);

  const passages = passagesOf(frames, DIRECTOR_MACS);
  assert.ok(passages.length >= 5, "a SYN, three ACKs and a FIN");
  for (const { arrived, left, from, to } of passages) {
    const received = director.receive(arrived, from);
    assert.equal(received.verdict, from === to ? "tx" : "redirect", received.reason);
    assert.equal(received.ifindex ?? from, to);
    assert.equal(hex(withoutFreeChoices(received.frame)), hex(withoutFreeChoices(left)));
  }
  holdEntry(director, passages, entries);
  holdCounters(director, passages);
}

/** The capture looked at the connections when it had printed all frames, so long after the last. */
function holdEntry(director: Director, passages: readonly Passage[], lines: readonly string[]) {
  const syn = parseFrame(passages[0]!.arrived);
  assert.ok(syn.ok);
  const own = lines.filter((line) => line.includes(`:${syn.value.ports!.sourcePort} `));
  const seconds = Number(/ 01:(\d\d) /.exec(own[0]!)![1]);
  director.wait(60 - seconds - 0.5);
  assert.deepEqual(director.connections().map(describeEntry), own);
}

function holdCounters(director: Director, passages: readonly Passage[]): void {
  const [server] = director.allServers().filter(({ counters }) => counters.connections > 0n);
  const arrivals = (from: "client" | "server") =>
    passages
      .map(({ arrived }) => arrived)
      .filter((frame) => isFromClient(frame) === (from === "client"));
  const bytes = (arrived: readonly Uint8Array[]) =>
    BigInt(arrived.reduce((sum, frame) => sum + frame.length - 14, 0));
  assert.deepEqual(server!.counters, {
    connections: 1n,
    inPackets: BigInt(arrivals("client").length),
    inBytes: bytes(arrivals("client")),
    outPackets: BigInt(arrivals("server").length),
    outBytes: bytes(arrivals("server")),
  });
}

function isFromClient(frame: Uint8Array): boolean {
  const parsed = parseFrame(frame);
  assert.ok(parsed.ok);
  return parsed.value.eth.source === CLIENT_MAC;
}

holdDataPath(
  readForwardings().map((forwarding) => ({
    name: forwarding.title,
    run: () => hold(forwarding),
  })),
  EXCLUSIONS,
  15,
);
