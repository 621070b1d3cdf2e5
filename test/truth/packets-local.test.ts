import assert from "node:assert/strict";
import { hex } from "../../src/wire/bytes.ts";
import { readSections, type Section } from "./capture.ts";
import { holdDataPath } from "./data-path-cases.ts";
import { Director } from "./director.ts";
import { describeEntry } from "./entry.ts";
import type { Exclusion } from "./exclusions.ts";
import { type Passage, passagesOf } from "./passages.ts";
import { readTcpdump } from "./tcpdump-read.ts";

/** Clients at unusual places, and the director's own connection tracking beside IPVS. */

const EXCLUSIONS: readonly Exclusion[] = [
  {
    cases: /^client is the director itself/,
    reason: "XDP sees what comes in, not what the director itself sends",
  },
  {
    cases: /^conntrack=1|what conntrack of the director sees/,
    reason: "what XDP forwards passes by the director's connection tracking",
  },
];

const DIRECTOR_MACS = ["02:00:00:00:00:10", "02:00:00:00:01:01"];

function newDirector(): Director {
  const director = new Director({
    interfaces: [
      { mac: DIRECTOR_MACS[0]!, addresses: ["192.168.150.10/24"] },
      { mac: DIRECTOR_MACS[1]!, addresses: ["10.0.0.1/24"] },
    ],
    local: ["192.168.150.100"],
    neighbours: {
      "192.168.150.50": "02:00:00:00:00:50",
      "10.0.0.11": "02:00:00:00:01:11",
      "10.0.0.12": "02:00:00:00:01:12",
    },
  });
  director.run("ipvsadm -A -t 192.168.150.100:80 -s rr");
  director.run("ipvsadm -a -t 192.168.150.100:80 -r 10.0.0.11:80 -m");
  return director;
}

/** The frames at a place. */
function seenAt({ lines }: Section, place: string): Uint8Array[] {
  const start = lines.indexOf(`---- seen at ${place}`) + 1;
  assert.ok(start > 0, place);
  const length = lines.slice(start).findIndex((line) => /^(----|\$) /.test(line));
  return readTcpdump(lines.slice(start, start + length), "rs1\n");
}

function play(director: Director, passages: readonly Passage[], gap = 0): void {
  for (const { arrived, left, from, to } of passages) {
    const received = director.receive(arrived, from);
    assert.equal(received.verdict, from === to ? "tx" : "redirect", received.reason);
    assert.equal(received.ifindex ?? from, to);
    assert.equal(hex(received.frame), hex(left));
    director.wait(gap);
  }
}

/** Every entry of the section's client. */
function holdEntry(director: Director, { lines }: Section, client: string): void {
  assert.deepEqual(
    director.connections().map(describeEntry),
    lines.filter((line) => line.includes(` ${client} `)).map((line) => line.replaceAll(/ +/g, " ")),
  );
}

/** The server answers its neighbour directly, which resets what it never asked for: three SYNs. */
function onServerLan(section: Section): void {
  const director = newDirector();
  const arrived = seenAt(section, "rs2 eth0").filter(isTo(DIRECTOR_MACS[1]!));
  const left = seenAt(section, "rs1 eth0").filter(isFrom(DIRECTOR_MACS[1]!));
  assert.equal(arrived.length, 3);
  assert.equal(arrived.length, left.length);
  const at = (i: number) => ({ arrived: arrived[i]!, left: left[i]!, from: 2, to: 2 });
  // The client's timestamps tell when it tried, in ms; it gave up after 5 s.
  play(director, [at(0)], 1.06);
  play(director, [at(1)], 2.08);
  play(director, [at(2)], 5.4 - 3.14);
  holdEntry(director, section, "10.0.0.12:43003");
}

function throughNat(client: string) {
  return (section: Section): void => {
    const director = newDirector();
    play(
      director,
      passagesOf([seenAt(section, "cl eth0"), seenAt(section, "lb eth1")], DIRECTOR_MACS),
    );
    director.wait(0.5);
    holdEntry(director, section, client);
  };
}

function isTo(mac: string) {
  return (frame: Uint8Array) => hex(frame.subarray(0, 6)) === mac.replaceAll(":", "");
}

function isFrom(mac: string) {
  return (frame: Uint8Array) => hex(frame.subarray(6, 12)) === mac.replaceAll(":", "");
}

/** What came in from the wire for the director's own connection, and what is then listed of it. */
function ofDirector(client: string) {
  return (section: Section): void => {
    const director = newDirector();
    for (const frame of seenAt(section, "lb eth1").filter(isTo(DIRECTOR_MACS[1]!))) {
      director.receive(frame, 2);
    }
    holdEntry(director, section, client);
  };
}

/** A section about commands that Weir may not have. */
function commands({ lines }: Section): void {
  const director = newDirector();
  for (const line of lines) if (line.startsWith("$ ")) director.run(line.slice(2));
}

const PLAYS: Readonly<Record<string, (section: Section) => void>> = {
  "client is the director itself, NAT": ofDirector("192.168.150.100:43001"),
  "client is the director itself, DR (server has the VIP on lo)":
    ofDirector("192.168.150.100:43002"),
  "client on the server LAN (rs2), NAT: the server answers directly": onServerLan,
  "conntrack=1 and a MASQUERADE rule for the server LAN (full NAT)":
    throughNat("192.168.150.50:43006"),
  "conntrack=0 and the same MASQUERADE rule": throughNat("192.168.150.50:43007"),
};

holdDataPath(
  readSections("packets-local.txt").map((section) => ({
    name: section.title,
    run: () => (PLAYS[section.title] ?? commands)(section),
  })),
  EXCLUSIONS,
  7,
);
