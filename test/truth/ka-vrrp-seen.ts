import type { CapturedSection } from "./ka-vrrp-capture.ts";
import { kindOf } from "./ka-vrrp-frame.ts";
import type { PlayedEntry } from "./ka-vrrp-play.ts";

/** Something seen at a time in seconds. What is the same has the same text. */
export interface Sight {
  readonly time: number;
  /** The director's name, or the Ethernet address of who sent a frame. */
  readonly by: string;
  readonly what: string;
}

/** An advertisement on the wire, with its priority if that can be read. */
export interface AdvertSight extends Sight {
  readonly priority: number | undefined;
}

/** All that is compared. */
export interface Sights {
  /** "VI_1 MASTER", on a change. */
  readonly states: readonly Sight[];
  /** "+ ADDRESS", "- ADDRESS" */
  readonly addresses: readonly Sight[];
  readonly adverts: readonly AdvertSight[];
  /** "5 × FRAME": as many of one frame in a burst. */
  readonly announcements: readonly Sight[];
  /** "ADDRESS", where a burst for it begins: what a log tells where no frames are there. */
  readonly begun: readonly Sight[];
  /** Where priority 0 was sent, or would have been: of a log again. */
  readonly leaves: readonly Sight[];
}

/** Frames of one kind that are not further apart than so many seconds are a burst. */
const BURST = 0.2;
/** Of the directors themselves: the kernel takes those of IPv6 from an interface that is down. */
const OWN_ADDRESS = /fd00:150::[12]0$/;
const MOMENT = 0.01;
const CLIENT = "02:00:00:00:00:50";

export function capturedSights({ lines, frames }: CapturedSection): Sights {
  const said = (pattern: RegExp, what: (found: readonly string[]) => string) =>
    lines.flatMap(({ time, host, text }): Sight[] => {
      const found = host === "" ? null : pattern.exec(text);
      return found === null ? [] : [{ time, by: host, what: what(found) }];
    });
  // What it says that it has sent over an interface that is down, it has not.
  const downs = lines.filter(({ text }) => /reports eth. down$/.test(text)).map(({ time }) => time);
  const states = said(/^\((\w+)\) [Ee]ntering (MASTER|BACKUP|FAULT) (?:STATE|state)/, (found) =>
    found.slice(1).join(" "),
  );
  const shown = frames.map(({ time, bytes }) => ({ time, kind: kindOf(bytes) }));
  return {
    states: changes(states),
    addresses: said(/^([+-]) addr ([^/]+)\/\d+ dev /, (found) => found.slice(1).join(" ")).filter(
      ({ what }) => !OWN_ADDRESS.test(what),
    ),
    adverts: shown.flatMap(advertSight).filter(({ by }) => by !== CLIENT),
    announcements: announcementsOf(shown),
    begun: said(/Sending\/queueing .* on \S+ for (\S+)$/, ([, address]) => address!),
    leaves: said(/^\(\w+\) sent 0 priority$/, () => "leaves").filter(
      ({ time }) => !downs.some((down) => Math.abs(down - time) <= MOMENT),
    ),
  };
}

/** `wire`: at whose interface frames are looked at; undefined where the capture has none. */
export function playedSights(entries: readonly PlayedEntry[], wire: string | undefined): Sights {
  const states: Sight[] = [];
  const addresses: Sight[] = [];
  const frames: { time: number; kind: Kind }[] = [];
  const begun: Sight[] = [];
  const leaves: Sight[] = [];
  for (const entry of entries) {
    const { time, host: by } = entry;
    if (entry.kind === "state") {
      states.push({ time, by, what: `${entry.instance} ${entry.state}` });
    } else if (entry.kind === "address") {
      addresses.push({ time, by, what: `${entry.held ? "+" : "-"} ${entry.address}` });
    } else if (entry.kind === "frame") {
      const kind = kindOf(entry.bytes);
      const arrives = entry.passages.some(({ to, arrivals }) => to === wire && arrivals.length > 0);
      if (arrives || by === wire) frames.push({ time, kind });
      if (kind.advertisement?.priority === 0) leaves.push({ time, by, what: "leaves" });
      if (kind.address !== undefined) begun.push({ time, by, what: kind.address });
    }
  }
  return {
    states: changes(states.filter(({ what }) => !/ (INIT|STOP)$/.test(what))),
    addresses,
    adverts: frames.flatMap(advertSight),
    announcements: announcementsOf(frames),
    begun: bursts(begun).map(({ first }) => first),
    leaves,
  };
}

type Kind = ReturnType<typeof kindOf>;

function advertSight({ time, kind }: { time: number; kind: Kind }): AdvertSight[] {
  const { mac, text, advertisement, isVrrp } = kind;
  return isVrrp ? [{ time, by: mac, what: text, priority: advertisement?.priority }] : [];
}

function announcementsOf(frames: readonly { time: number; kind: Kind }[]): Sight[] {
  const sights = frames.flatMap(({ time, kind }) =>
    kind.address === undefined ? [] : [{ time, by: kind.mac, what: kind.text }],
  );
  return bursts(sights).map(({ first, count }) => ({
    ...first,
    what: `${count} × ${first.what}`,
  }));
}

function bursts(sights: readonly Sight[]): { readonly first: Sight; readonly count: number }[] {
  const open = new Map<string, { first: Sight; last: number; count: number }>();
  const all: { first: Sight; last: number; count: number }[] = [];
  for (const sight of sights) {
    const key = `${sight.by} ${sight.what}`;
    const burst = open.get(key);
    if (burst !== undefined && sight.time - burst.last <= BURST) {
      burst.last = sight.time;
      burst.count++;
      continue;
    }
    const begun = { first: sight, last: sight.time, count: 1 };
    open.set(key, begun);
    all.push(begun);
  }
  return all;
}

/** Of each instance what is new: keepalived tells some states twice. */
function changes(states: readonly Sight[]): Sight[] {
  const before = new Map<string, string>();
  return states.filter(({ by, what }) => {
    const key = `${by} ${what.split(" ")[0]}`;
    const isNew = before.get(key) !== what;
    before.set(key, what);
    return isNew;
  });
}
