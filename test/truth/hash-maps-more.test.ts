import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { assert as holds } from "../../src/base/assert.ts";
import { addressBytes, formatAddress } from "../../src/wire/address.ts";
import { readU32, writeU32 } from "../../src/wire/bytes.ts";
import { type Client, segment } from "./client.ts";
import { Director } from "./director.ts";

/**
 * What schedulers that hash or remember make of changes under way: last weights, flags, thresholds,
 * persistence, a scheduler that is left and taken again, sets of lblcr that grow and shrink.
 */

const DIRECTOR_MAC = "02:00:00:00:00:10";
const TEXT = readFileSync(new URL("hash-maps-more.txt", import.meta.url), "latin1");
const SECTIONS = TEXT.split("\n######## ")
  .slice(1)
  .map((section) => {
    const [title, ...lines] = section.trimEnd().split("\n");
    return { title: title!, lines: lines.filter((line) => line !== "") };
  });

function lan(): Director {
  const neighbours = [1, 2, 3, 4].flatMap((n) => [
    [`192.168.150.1${n}`, `02:00:00:00:00:1${n}`],
    [`fd00:150::1${n}`, `02:00:00:00:00:1${n}`],
  ]);
  return new Director({
    interfaces: [{ mac: DIRECTOR_MAC, addresses: ["192.168.150.10/24", "fd00:150::10/64"] }],
    local: ["10.99.0.0/16", "fd99::/64"],
    neighbours: Object.fromEntries(neighbours),
  });
}

const CONNECTIONS = /^(held|closed) from (\S+) \+(\d+) ports (\d+)\.\. to (\S+):80: (.+)$/;

function play(director: Director, line: string): void {
  const [, kind, first, step, port, virtual, answers] = CONNECTIONS.exec(line) ?? [];
  if (line.startsWith("$ ")) director.run(line.slice(2));
  else if (line.startsWith("wait ")) director.wait(Number(line.slice(5)));
  else {
    holds(kind !== undefined, "a line of the capture", line);
    const expected = answers!.split(" ");
    const chosen = expected.map((_, i) => {
      const client: Client = {
        address: addressAfter(first!, i * Number(step)),
        mac: "02:00:00:00:00:50",
        directorMac: DIRECTOR_MAC,
        virtual: virtual!.replace(/[[\]]/g, ""),
      };
      return connect(director, client, Number(port) + i, kind === "held");
    });
    assert.equal(chosen.join(" "), expected.join(" "), line);
  }
}

/** The number of the server that one connection goes to, or "." when it is refused. */
function connect(director: Director, client: Client, port: number, held: boolean): string {
  let server = ".";
  for (const flags of held ? ["S", "A"] : ["S", "A", "A", "FA", "A"]) {
    const { frame, reason } = director.receive(segment(client, { port, flags }));
    if (reason === "no-server" || reason === "icmp-limited") return ".";
    assert.match(reason, /^(scheduled|forwarded)$/);
    server = String(frame[5]! - 0x10);
  }
  director.pause(0.01);
  return server;
}

function addressAfter(first: string, distance: number): string {
  const bytes = addressBytes(first).slice();
  const last = bytes.length - 4;
  writeU32(bytes, last, readU32(bytes, last) + distance);
  return formatAddress(bytes);
}

test("the capture was read whole: 36 cases, 1,152 connections", () => {
  const answers = SECTIONS.flatMap(({ lines }) =>
    lines.flatMap((line) => (CONNECTIONS.exec(line)?.[6] ?? "").match(/\S+/g) ?? []),
  );
  assert.deepEqual([SECTIONS.length, answers.length], [36, 1152]);
});

let settings: string[] = [];
for (const { title, lines } of SECTIONS) {
  // A setting at the end of a section is of all that follow.
  const before = settings;
  settings = [...settings, ...lines.filter((line) => line.startsWith("$ sysctl"))];
  test(title, () => {
    const director = lan();
    for (const line of [...before, ...lines]) play(director, line);
  });
}
