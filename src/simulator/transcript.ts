import { describeFrame, parseFrame } from "../wire/frame.ts";
import { PROTOCOL } from "../wire/protocol.ts";
import { decodeAdvertisement, describeAdvertisement } from "../wire/vrrp.ts";
import type { Entry, Passage } from "./entry.ts";
import { Holders } from "./holders.ts";

const SECOND = 1_000_000;
const TIME_WIDTH = 11;

/**
 * What happened, a line for each, with a column for each host that shows who holds: "█" while its
 * data path accepts packets for the addresses, "·" otherwise. A lease that runs out by itself has
 * a line of its own.
 */
export class Transcript {
  readonly #hosts: readonly string[];
  readonly #holders = new Holders(0);
  /** What is said so many times in a row is one line. */
  readonly #lines: { readonly text: string; times: number }[] = [];
  #before: readonly string[] = [];

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
  }

  hear(entry: Entry): void {
    if (!isShown(entry)) return;
    this.#expire(entry.time);
    this.#holders.hear(entry);
    const what = describeEntry(entry);
    const holding = this.#holders.at(entry.time);
    const changed = holding.join() !== this.#before.join();
    this.#before = holding;
    if (entry.kind === "lease") {
      if (!changed) return;
      const holds = holding.includes(entry.host);
      this.#add(entry.time, entry.host, holds ? "accepts packets" : "accepts no more packets");
      return;
    }
    this.#add(entry.time, entry.host, what);
  }

  /** All of it, with the hosts' names above their columns. */
  text(end: number): string {
    this.#expire(end);
    const head = `${"time".padStart(TIME_WIDTH)}  ${this.#hosts.join(" ")}`;
    const lines = this.#lines.map(({ text, times }) => (times > 1 ? `${text} ×${times}` : text));
    return `${[head, ...lines].join("\n")}\n`;
  }

  /** Leases that have run out since the last line. */
  #expire(time: number): void {
    const ended = this.#before
      .filter((host) => !this.#holders.accepts(host, time))
      .map((host) => ({ host, at: this.#holders.until(host) }))
      .sort((a, b) => a.at - b.at);
    for (const { host, at } of ended) {
      this.#before = this.#holders.at(at);
      this.#add(at, host, "accepts no more packets: its lease has run out");
    }
  }

  #add(time: number, host: string, what: string): void {
    const shown = (time / SECOND).toFixed(6).padStart(TIME_WIDTH);
    const ladder = this.#hosts
      .map((name) => (this.#before.includes(name) ? "█" : "·").padEnd(name.length))
      .join(" ");
    const text = `${shown}  ${ladder}  ${host === "" ? "network" : host}: ${what}`;
    const last = this.#lines.at(-1);
    if (last?.text === text) last.times++;
    else this.#lines.push({ text, times: 1 });
  }
}

type Shown = Exclude<Entry, { kind: "arrived" | "heard" } | { kind: "started" }>;

/** What the frames and the events tell already is left out. */
function isShown(entry: Entry): entry is Shown {
  return entry.kind !== "arrived" && entry.kind !== "heard" && entry.kind !== "started";
}

function describeEntry(entry: Shown): string {
  switch (entry.kind) {
    case "frame": {
      const fates = entry.passages.map(describeFate);
      return `${describeContent(entry.bytes)} → ${fates.join(", ")}`;
    }
    case "lease":
      return `lease until ${(entry.until / SECOND).toFixed(6)}`;
    case "address":
      return `${entry.held ? "has" : "no longer has"} ${entry.address}`;
    case "link":
      return `link ${entry.up ? "up" : "down"}`;
    case "state":
      return `${entry.instance} is ${entry.state}, priority ${entry.priority}`;
    case "log":
      return `${entry.level === "warn" ? "warning: " : ""}${entry.message}`;
    case "event":
      return `*** ${entry.what}`;
  }
}

/** An advertisement in its own words, anything else as a capture would show it. */
function describeContent(bytes: Uint8Array): string {
  const frame = parseFrame(bytes);
  if (!frame.ok || frame.value.ip === undefined || frame.value.protocol !== PROTOCOL.vrrp) {
    return describeFrame(bytes);
  }
  const advertisement = decodeAdvertisement(frame.value.transport!, frame.value.ip);
  return advertisement.ok ? describeAdvertisement(advertisement.value) : describeFrame(bytes);
}

/** "node04", "node04 (lost)", "node04 (twice)". */
function describeFate({ to, arrivals }: Passage): string {
  if (arrivals.length === 1) return to;
  return `${to} (${arrivals.length === 0 ? "lost" : "twice"})`;
}
