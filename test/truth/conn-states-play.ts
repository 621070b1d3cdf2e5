import assert from "node:assert/strict";
import { socketAddress } from "../../src/state/rule.ts";
import { type Client, datagram, sctp, segment } from "./client.ts";
import type { Flow, Item, Listing, Look, Setup, Step } from "./conn-states-capture.ts";
import { Director } from "./director.ts";
import { describeEntry } from "./entry.ts";
import { type Lans, sendAndSee } from "./seen.ts";

/**
 * Plays a setup of conn-states.txt as far as one of its flows, or to its end, and holds what the
 * capture shows of it.
 */

const MACS = { mac: "02:00:00:00:00:50", directorMac: "02:00:00:00:00:10" };
const SERVER_MACS = { mac: "02:00:00:00:01:11", directorMac: "02:00:00:00:01:01" };

const CLIENTS: Readonly<Record<4 | 6, Client>> = {
  4: { ...MACS, address: "192.168.150.60", virtual: "192.168.150.100" },
  6: { ...MACS, address: "fd00:150::60", virtual: "fd00:150::100" },
};

const FIVE_SYNS = [3000, 3001, 3002, 3003, 3004].map((port) =>
  segment(CLIENTS[4], { port, flags: "S" }),
);
const SIP_OPTIONS = datagram(CLIENTS[4], {
  port: 5060,
  virtualPort: 5060,
  data: new TextEncoder().encode(
    "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 1.2.3.4\r\nCall-ID: abc123@client\r\n" +
      "From: <sip:x@y>\r\n\r\n",
  ),
});

/** The capture looked 30 ms after each packet, and came to the next step when it had listed all. */
const BEFORE_LOOK = 0.03;
const AFTER_LOOK = 0.1;
const ROUNDING = 0.05;

function newDirector(): Director {
  return new Director({
    interfaces: [
      { mac: MACS.directorMac, addresses: ["192.168.150.10/24", "fd00:150::10/64"] },
      { mac: SERVER_MACS.directorMac, addresses: ["10.0.0.1/24", "fd00:10::1/64"] },
    ],
    local: [CLIENTS[4].virtual, CLIENTS[6].virtual],
    neighbours: {
      "192.168.150.60": MACS.mac,
      // The DR and TUN server has the MAC of the client's LAN, where the capture looks for it.
      "192.168.150.99": MACS.mac,
      "10.0.0.98": SERVER_MACS.mac,
      "10.0.0.99": SERVER_MACS.mac,
      "fd00:150::60": MACS.mac,
      "fd00:10::99": SERVER_MACS.mac,
    },
  });
}

/** Plays the flows of a setup up to one, and holds that one and what is listed after it. */
export function playFlow({ items }: Setup, flow: Flow): void {
  const director = newDirector();
  for (const item of items) {
    if (item.kind === "command") director.run(item.text);
    if (item.kind !== "flow") continue;
    const clock = new FlowClock(director);
    for (const step of item.steps) playStep(director, clock, items, item, step, item === flow);
    if (item === flow) break;
  }
  const next = items[items.indexOf(flow) + 1];
  if (next?.kind === "listing") holdListing(director, next);
}

/** A setup whose packets the capture does not tell of one by one. */
export function playListed({ items }: Setup): void {
  const director = newDirector();
  for (const item of items) if (item.kind === "command") director.run(item.text);
  const looks = items.filter((item) => item.kind === "look");
  if (looks.length > 0) playLooks(director, looks);
  const listing = items.find((item) => item.kind === "listing");
  if (listing === undefined) return;
  const sip = listing.entries.some((line) => line.includes(" sip "));
  for (const frame of sip ? [SIP_OPTIONS] : FIVE_SYNS) director.receive(frame);
  holdListing(director, listing);
}

/** When steps are done and looked at: as the capture says, or as the first capture's pace was. */
class FlowClock {
  readonly #director: Director;
  #now = 0;

  constructor(director: Director) {
    this.#director = director;
  }

  waitToAct({ kind, what, times }: Step): void {
    if (times !== undefined) this.#waitUntil(times.done);
    else if (kind === "wait") this.#director.wait(Number(what));
  }

  waitToLook({ times }: Step): void {
    if (times !== undefined) this.#waitUntil(times.seen);
    else this.#director.pause(BEFORE_LOOK);
  }

  afterLook({ times }: Step): void {
    if (times === undefined) this.#director.wait(AFTER_LOOK);
  }

  #waitUntil(seconds: number): void {
    this.#director.wait(seconds - this.#now);
    this.#now = seconds;
  }
}

function playStep(
  director: Director,
  clock: FlowClock,
  items: readonly Item[],
  flow: Flow,
  step: Step,
  held: boolean,
): void {
  clock.waitToAct(step);
  const seen = act(director, items, flow, step);
  clock.waitToLook(step);
  if (held) holdStep(director, flow, step, seen);
  clock.afterLook(step);
}

function holdStep(director: Director, flow: Flow, step: Step, seen: readonly string[]): void {
  const where = `${step.kind} ${step.what}`;
  assert.deepEqual(seen, step.seen, where);
  const mine = (line: string) => line.includes(`:${flow.port} `) || line.includes(":0 ");
  assert.deepEqual(entriesOf(director).filter(mine), step.entries.toSorted(), where);
  const loads = director.allServers().map(({ address, port, active, inactive }) => {
    return `${socketAddress(address, port)} Active ${active} InAct ${inactive}`;
  });
  assert.deepEqual(loads, step.loads, where);
}

function act(
  director: Director,
  items: readonly Item[],
  flow: Flow,
  { kind, what }: Step,
): string[] {
  switch (kind) {
    case "wait":
      return [];
    case "command":
      director.run(what);
      return [];
    default: {
      const { lans, virtualPort, serverPort } = endsOf(items, flow);
      const frame =
        kind === "client"
          ? packetOf(lans.client, what, flow.port, virtualPort)
          : packetOf(lans.server, what, serverPort, flow.port);
      return sendAndSee(director, lans, frame);
    }
  }
}

interface Ends {
  readonly lans: Lans;
  readonly virtualPort: number;
  readonly serverPort: number;
}

/**
 * Between whom a flow is: as its entries say in the end, and without any as the first service and
 * server of its setup.
 */
function endsOf(items: readonly Item[], { port, steps }: Flow): Ends {
  const commands = items.flatMap((item) => (item.kind === "command" ? [item.text] : []));
  const given = (option: RegExp) => commands.find((text) => option.test(text))!.match(option)![1]!;
  const entry = steps
    .flatMap(({ entries }) => entries)
    .find((line) => line.includes(`:${port} `))
    ?.split(" ");
  const virtual = entry?.[4] ?? given(/ (?:-[tu]|--sctp-service) (\S+)/);
  const server = parseSocket(entry?.[5] ?? given(/ -r (\S+)/));
  const client = CLIENTS[virtual.startsWith("[") ? 6 : 4];
  return {
    lans: {
      client,
      server: { ...SERVER_MACS, address: server.address, virtual: client.address },
      virtual: [CLIENTS[4].virtual, CLIENTS[6].virtual],
    },
    virtualPort: parseSocket(virtual).port,
    serverPort: server.port,
  };
}

/** "S", "PA", "UDP", "SCTP chunk 1". */
function packetOf(from: Client, what: string, port: number, virtualPort: number): Uint8Array {
  if (what === "UDP") return datagram(from, { port, virtualPort });
  const chunk = /^SCTP chunk (\d+)$/.exec(what);
  if (chunk !== null) return sctp(from, { port, virtualPort, chunk: Number(chunk[1]) });
  return segment(from, { port, virtualPort, flags: what });
}

function parseSocket(text: string): { address: string; port: number } {
  const at = text.lastIndexOf(":");
  return { address: text.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(text.slice(at + 1)) };
}

/** What -Lnc shows of a connection that is looked at again and again, and of its template. */
function playLooks(director: Director, looks: readonly Look[]): void {
  const port = 2060;
  for (const flags of ["S", "A"]) {
    director.receive(segment(CLIENTS[4], { port, flags }));
    director.pause(0.02);
  }
  let now = 0;
  const entriesAt = (seconds: number) => {
    director.wait(seconds - now);
    now = seconds;
    return entriesOf(director);
  };
  for (const { seconds, entries } of looks) {
    // The capture's clock is printed to a tenth of a second.
    const earliest = entriesAt(Math.max(0, seconds - ROUNDING));
    const latest = entriesAt(seconds + ROUNDING);
    for (const [i, line] of entries.toSorted().entries()) {
      assert.ok([earliest[i], latest[i]].includes(line), `${line}: ${earliest[i]}, ${latest[i]}`);
    }
    assert.equal(earliest.length, entries.length);
  }
}

/** Without their timers: when the capture listed them is not known. */
function holdListing(director: Director, { entries, persistent }: Listing): void {
  const untimed = (lines: readonly string[]) =>
    [...new Set(lines.map((line) => line.replace(/ \d\d:\d\d /, " ")))].toSorted();
  // A listing with the engine's data says more of the same entries than the one before it.
  const whole = entries.filter((line) => !entries.some((other) => other.startsWith(`${line} `)));
  assert.deepEqual(untimed(entriesOf(director)), untimed(whole));
  if (persistent.length === 0) return;
  const rows = director.allServers().map((row) => {
    const counts = `ActiveConn ${row.active} InActConn ${row.inactive}`;
    return `${socketAddress(row.address, row.port)} PersistConn ${row.persistent} ${counts}`;
  });
  assert.deepEqual(rows, persistent);
}

function entriesOf(director: Director): string[] {
  return director.connections().map(describeEntry).toSorted();
}
