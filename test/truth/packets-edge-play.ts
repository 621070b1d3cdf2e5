import assert from "node:assert/strict";
import { hex, readU16 } from "../../src/wire/bytes.ts";
import { formatMac } from "../../src/wire/mac.ts";
import { Director } from "./director.ts";
import { describeEndpoint, describeEntry, describeExpiry } from "./entry.ts";
import type { Arrival, EdgeSection, Item } from "./packets-edge-capture.ts";
import { type Beat, CLIENT, RULES_OF, SCRIPT } from "./packets-edge-script.ts";
import { tcpdumpLines } from "./tcpdump.ts";

/** The network of packets-edge.txt, as far as the director can be seen to use it. */
function newDirector(): Director {
  const server = "02:00:00:00:00:13";
  return new Director({
    interfaces: [
      { mac: CLIENT.directorMac, network: "192.168.150.0/24" },
      { mac: "02:00:00:00:01:01", network: "10.0.0.0/24" },
    ],
    local: [CLIENT.virtual, "192.168.150.10", "10.0.0.1"],
    neighbours: { "192.168.150.99": server, "192.168.150.98": server },
  });
}

/** How the data path differs in each case of a section, if it does. */
export function playSection(
  { title, items }: EdgeSection,
  sections: readonly EdgeSection[],
): Map<string, Error | undefined> {
  const director = newDirector();
  const rules = sections.find((section) => section.title === RULES_OF[title]);
  for (const item of rules?.items ?? []) if (item.kind === "command") director.run(item.text);
  const beats = (SCRIPT[title] ?? []).values();
  const results = new Map<string, Error | undefined>();
  let name = `${title}: at first`;
  // What a command asked for that is not there yet, up to the next clean table.
  let missing: Error | undefined;
  for (const item of items) {
    if (item.kind === "say") name = `${title}: ${item.text}`;
    else if (isObservation(item)) {
      const beat = beats.next().value;
      const error = attempt(() => {
        if (missing !== undefined) throw missing;
        if (beat === undefined) throw new Error("not supported yet: nothing is sent here");
        observe(director, item, beat);
      });
      if (item.kind === "listing" && isReuse(item)) name = `${title}: ${reuseName(items, item)}`;
      results.set(name, results.get(name) ?? error);
    } else if (item.kind === "command" && !concernsOthers(item.text)) {
      if (item.text === "ipvsadm -C") missing = undefined;
      const error = attempt(() => director.run(item.text));
      missing ??= error;
    }
  }
  if (results.size === 0) results.set(title, new Error("not supported yet: nothing is held of it"));
  return results;
}

type Listing = Extract<Item, { kind: "listing" }>;

const GREP = /^ipvsadm -Lnc \| grep ([:\d.]+)$/;

function isObservation(item: Item): boolean {
  if (item.kind === "command") return GREP.test(item.text);
  return item.kind !== "say";
}

/**
 * Listings of what other sections left behind too, and services that only SCTP and IPv6 packets ask
 * for.
 */
function concernsOthers(command: string): boolean {
  return / -Lnc?\b|--sctp-service|\[fd00:150::100\]/.test(command);
}

function attempt(run: () => void): Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
}

function observe(director: Director, item: Item, beat: Beat): void {
  if (item.kind === "listing" && isReuse(item)) {
    holdReuse(director, item, beat);
    return;
  }
  const arrivals = send(director, beat);
  switch (item.kind) {
    case "look":
      if (beat.passes === undefined) holdArrivals(arrivals, item.arrivals);
      else assert.ok(item.arrivals.every(isByHost), "the host's own stack sent these");
      return;
    case "listing":
      holdEntries(director, item.line.split(" ").find((word) => word.startsWith(CLIENT.address))!, [
        item.line,
      ]);
      return;
    case "command":
      holdEntries(director, GREP.exec(item.text)![1]!, item.output);
  }
}

/** What leaves the director for the frames of a beat. */
function send(director: Director, { frames, passes }: Beat): Uint8Array[] {
  const left: Uint8Array[] = [];
  for (const frame of frames) {
    const received = director.receive(frame);
    director.pause(0.03);
    if (passes !== undefined) {
      assert.equal(received.reason, passes);
      assert.equal(received.verdict, "pass");
      assert.equal(hex(received.frame), hex(frame));
    } else {
      assert.notEqual(received.verdict, "pass", received.reason);
      if (received.verdict !== "drop") left.push(received.frame);
    }
  }
  return left;
}

const PLACES: Readonly<Record<string, Arrival["at"]>> = {
  "02:00:00:00:00:50": "client",
  "02:00:00:00:00:13": "dr-server",
};

function holdArrivals(left: readonly Uint8Array[], arrivals: readonly Arrival[]): void {
  assert.equal(left.length, arrivals.length, `${left.map(hex)} ${JSON.stringify(arrivals)}`);
  for (const [i, arrival] of arrivals.entries()) {
    const frame = left[i]!;
    assert.equal(PLACES[formatMac(frame.subarray(0, 6))], arrival.at);
    if (arrival.bytes !== undefined) {
      assert.equal(hex(withoutOwnId(frame)), hex(withoutOwnId(arrival.bytes)));
      continue;
    }
    const [first, second] = tcpdumpLines(withoutOwnId(frame));
    const own = frame[23] === 1;
    assert.equal(first, own ? arrival.text[0]!.replace(/ id \d+/, " id 0") : arrival.text[0]);
    assert.equal(arrival.text[1]!.slice(0, second.length), second);
  }
}

/**
 * The IP id of the director's own ICMP errors is the kernel's to choose, and its checksum covers
 * it.
 */
function withoutOwnId(frame: Uint8Array): Uint8Array {
  if (frame[23] !== 1) return frame;
  const bytes = frame.slice();
  bytes.fill(0, 18, 20);
  bytes.fill(0, 24, 26);
  return bytes;
}

/**
 * RST, ICMP about a port or protocol that nobody serves, an echo's reply, a packet that is routed
 * on.
 */
function isByHost({ text, at }: Arrival): boolean {
  if (at === "nat-server") return true;
  return (
    at === "client" &&
    /: (Flags \[R\.?\]|ICMP echo reply|ICMP [\d.]+ (udp port \d+|protocol \d+.*) unreachable)/.test(
      text[1]!,
    )
  );
}

function holdEntries(director: Director, which: string, lines: readonly string[]): void {
  const entries = director.connections().map(describeEntry);
  assert.deepEqual(
    entries.filter((entry) => entry.includes(which)),
    lines.map((line) => line.replaceAll(/ +/g, " ")),
  );
}

function isReuse({ line }: Listing): boolean {
  return line.startsWith("S -> ");
}

/** "DR, conn_reuse_mode=1": the commands before the listing tell. */
function reuseName(items: readonly Item[], item: Item): string {
  const before = items.slice(0, items.indexOf(item)).map((each) => {
    return each.kind === "command" ? each.text : "";
  });
  const mode = before.findLast((command) => command.includes("conn_reuse_mode"))!;
  const nat = before.at(-1)!.endsWith(" -m");
  return `${nat ? "NAT" : "DR"}, ${mode.split("net.ipv4.vs.")[1]}`;
}

/** Where it lies in a frame without IP options. */
const SOURCE_PORT = 34;

/** "S -> SYN_RECV 00:59 192.168.150.98:80, A -> … | …, |": four times the packets of the beat. */
function holdReuse(director: Director, { line }: Listing, { frames }: Beat): void {
  const rounds = Array.from({ length: 4 }, () => {
    return ["S", "A", "FA"].map((flags, i) => {
      send(director, { frames: [frames[i]!] });
      const port = readU16(frames[i]!, SOURCE_PORT);
      const entry = director.connections().find(({ client }) => client.port === port)!;
      const to = describeEndpoint(entry.destination);
      return `${flags} -> ${entry.state} ${describeExpiry(entry)} ${to}`;
    });
  });
  assert.equal(`${rounds.map((round) => round.join(", ")).join(" | ")}, |`, line);
}
