import assert from "node:assert/strict";
import { hex } from "../../src/wire/bytes.ts";
import { formatMac } from "../../src/wire/mac.ts";
import { Director } from "./director.ts";
import { describeEntry } from "./entry.ts";
import { textWithoutFreeChoices, withoutFreeChoices } from "./masks.ts";
import type { Arrival, EdgeSection, Item } from "./packets-edge-capture.ts";
import { type Beat, CLIENT, CLIENT6, DR_SERVER_MAC, NAT_SERVER } from "./packets-edge-hosts.ts";
import { holdReuse, isReuse, reuseName } from "./packets-edge-reuse.ts";
import { RULES_OF, SCRIPT } from "./packets-edge-script.ts";
import { tcpdumpLines } from "./tcpdump.ts";

/** How long a command took in the capture's machine, and how long it waited before it looked. */
const COMMAND_TIME = 0.06;
const LOOK_TIME = 0.05;

/** The network of packets-edge.txt, as far as the director can be seen to use it. */
function newDirector(): Director {
  return new Director({
    interfaces: [
      { mac: CLIENT.directorMac, addresses: ["192.168.150.10/24", "fd00:150::10/64"] },
      { mac: NAT_SERVER.directorMac, addresses: ["10.0.0.1/24", "fd00:10::1/64"] },
    ],
    local: [CLIENT.virtual, CLIENT6.virtual, "127.0.0.0/8"],
    neighbours: {
      "192.168.150.60": CLIENT.mac,
      "192.168.150.1": CLIENT.mac,
      "192.168.150.98": DR_SERVER_MAC,
      "192.168.150.99": DR_SERVER_MAC,
      "10.0.0.98": NAT_SERVER.mac,
      "10.0.0.99": NAT_SERVER.mac,
      "fd00:150::60": CLIENT.mac,
      "fd00:150::99": DR_SERVER_MAC,
      "fd00:10::99": NAT_SERVER.mac,
    },
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
  const names = new Names(title);
  let name = names.next("at first");
  // What a command asked for that is not there yet, up to the next clean table.
  let missing: Error | undefined;
  for (const item of items) {
    if (item.kind === "say") name = names.next(item.text);
    else if (isObservation(item)) {
      const beat = isCounts(item) ? { frames: [] } : beats.next().value;
      const error = attempt(() => {
        if (missing !== undefined) throw missing;
        assert.ok(beat !== undefined, "nothing is sent here");
        observe(director, item, beat);
      });
      if (item.kind === "listing" && isReuse(item)) name = `${title}: ${reuseName(items, item)}`;
      results.set(name, results.get(name) ?? error);
      if (item.kind === "command") director.wait(COMMAND_TIME);
    } else if (item.kind === "command" && !concernsOthers(item.text)) {
      if (item.text.startsWith("ipvsadm -C")) {
        missing = undefined;
        if (results.has(name)) name = names.next("at first");
      }
      const error = attempt(() => director.run(item.text));
      missing ??= error;
      director.wait(COMMAND_TIME);
    }
  }
  assert.ok(beats.next().done, `${title}: more is sent than the capture looked at`);
  return results;
}

/** "title: what was said", and "(2)" after what was said before. */
class Names {
  readonly #title: string;
  readonly #given = new Map<string, number>();

  constructor(title: string) {
    this.#title = title;
  }

  next(said: string): string {
    const count = (this.#given.get(said) ?? 0) + 1;
    this.#given.set(said, count);
    return `${this.#title}: ${said}${count === 1 ? "" : ` (${count})`}`;
  }
}

const GREP = /^ipvsadm -Lnc \| grep (.+)$/;
const COUNTS = /^ipvsadm -Ln --(persistent-conn|thresholds)$/;

function isObservation(item: Item): boolean {
  return item.kind === "command" ? GREP.test(item.text) || isCounts(item) : item.kind !== "say";
}

function isCounts(item: Item): boolean {
  return item.kind === "command" && COUNTS.test(item.text);
}

/**
 * Listings of what other sections left behind too, services that only SCTP packets ask for, and a
 * look at what the kernel remembers of a path's MTU.
 */
function concernsOthers(command: string): boolean {
  return / -Lnc?\b|--sctp-service|ip route get/.test(command);
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
  // The capture was made without a limit of ICMP errors.
  director.forgetIcmpLimits();
  for (const frame of beat.before ?? []) receive(director, frame);
  const left = send(director, beat);
  director.pause(LOOK_TIME);
  switch (item.kind) {
    case "look":
      if (beat.passes === undefined) holdArrivals(left, item.arrivals);
      else assert.ok(item.arrivals.every(isByHost), "the host's own stack sent these");
      return;
    case "listing":
      holdEntries(
        director,
        [item.line.split(" ").find((word) => word.startsWith(CLIENT.address))!],
        [item.line],
      );
      return;
    case "command": {
      const patterns = GREP.exec(item.text)?.[1];
      if (patterns === undefined) holdCounts(director, item.text, item.output);
      else holdEntries(director, readPatterns(patterns), item.output);
    }
  }
}

/** The words of `grep WORD` or of `grep -e WORD -e 'WORD'`. */
function readPatterns(text: string): string[] {
  return text
    .split("-e ")
    .map((word) => word.replace(/ $/, "").replace(/^'(.*)'$/, "$1"))
    .filter((word) => word !== "");
}

/** Packets of the servers behind NAT come in on the second interface. */
function receive(director: Director, frame: Uint8Array) {
  const inbound = formatMac(frame.subarray(0, 6)) === NAT_SERVER.directorMac ? 2 : 1;
  return { inbound, ...director.receive(frame, inbound) };
}

/** A frame that left the director. */
interface Left {
  readonly frame: Uint8Array;
  readonly ifindex: number;
}

/** What leaves the director for the frames of a beat. */
function send(director: Director, { frames, passes }: Beat): Left[] {
  const left: Left[] = [];
  for (const frame of frames) {
    const received = receive(director, frame);
    if (passes !== undefined) {
      assert.equal(received.reason, passes);
      assert.equal(received.verdict, "pass");
      assert.equal(hex(received.frame), hex(frame));
    } else {
      assert.notEqual(received.verdict, "pass", received.reason);
      if (received.verdict === "drop") continue;
      left.push({ frame: received.frame, ifindex: received.ifindex ?? received.inbound });
    }
  }
  return left;
}

/** By the MAC address that a frame goes to, in the order in which the capture looks. */
const PLACES = new Map<string, Arrival["at"]>([
  [`1 ${CLIENT.mac}`, "client"],
  [`1 ${DR_SERVER_MAC}`, "dr-server"],
  [`2 ${NAT_SERVER.mac}`, "nat-server"],
]);

function holdArrivals(left: readonly Left[], arrivals: readonly Arrival[]): void {
  const seen = left.map(({ frame, ifindex }) => ({
    frame,
    at: PLACES.get(`${ifindex} ${formatMac(frame.subarray(0, 6))}`),
  }));
  assert.equal(
    seen.length,
    arrivals.length,
    `${seen.map(({ frame }) => hex(frame))} ${arrivals.map(({ text }) => text.join(" "))}`,
  );
  for (const place of PLACES.values()) {
    const frames = seen.filter(({ at }) => at === place);
    const captured = arrivals.filter(({ at }) => at === place);
    assert.equal(frames.length, captured.length, place);
    for (const [i, arrival] of captured.entries()) holdFrame(frames[i]!.frame, arrival);
  }
}

function holdFrame(frame: Uint8Array, { bytes, text }: Arrival): void {
  const own = withoutFreeChoices(frame);
  if (bytes !== undefined) {
    assert.equal(hex(own), hex(withoutFreeChoices(bytes)));
    return;
  }
  for (const [i, line] of tcpdumpLines(own).entries()) {
    const captured = textWithoutFreeChoices(text[i] ?? "");
    assert.equal(captured.slice(0, line.length), line);
  }
}

/**
 * RST, ICMP about a port or protocol that nobody serves or about a TTL, an echo's reply, a packet
 * that is routed on.
 */
function isByHost({ text, at }: Arrival): boolean {
  const line = text.slice(0, 2).join(" ");
  if (at === "nat-server" || / 10\.0\.0\.99\.\d+ > 192\.168\.150\.60\./.test(line)) return true;
  return (
    at === "client" &&
    /: Flags \[R\.?\]|echo reply|ICMP [\d.]+ (udp port \d+|protocol \d+.*) unreachable/.test(line)
  );
}

function holdEntries(director: Director, which: readonly string[], lines: readonly string[]): void {
  const entries = director.connections().map(describeEntry);
  assert.deepEqual(
    entries.filter((entry) => which.some((word) => entry.includes(word))).toSorted(),
    lines.map((line) => line.replaceAll(/ +/g, " ").trim()).toSorted(),
  );
}

/** Rows of `ipvsadm -Ln` about servers, with its columns of counts. */
function holdCounts(director: Director, command: string, lines: readonly string[]): void {
  const rows = director.allServers().map((row) => {
    const columns =
      COUNTS.exec(command)![1] === "thresholds"
        ? [row.upperThreshold, row.lowerThreshold, row.active, row.inactive]
        : [row.weight, row.persistent, row.active, row.inactive];
    return `-> ${row.address}:${row.port} ${columns.join(" ")}`;
  });
  const captured = lines.map((line) => line.replaceAll(/ +/g, " ").trim());
  assert.deepEqual(rows, captured.filter((line) => /^-> \d/.test(line)).toSorted());
}
