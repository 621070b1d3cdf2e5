import { parseHexLine, readSections } from "./capture.ts";

/**
 * A frame that a packet brought about, as tcpdump described it; with its bytes where they were
 * shown.
 */
export interface Arrival {
  readonly at: "client" | "dr-server" | "nat-server";
  /** tcpdump's lines, each trimmed. */
  readonly text: readonly string[];
  readonly bytes?: Uint8Array;
}

export type Item =
  | { readonly kind: "command"; readonly text: string; readonly output: readonly string[] }
  /** What was said of the packets that follow. */
  | { readonly kind: "say"; readonly text: string }
  | Look
  /** A connection that was listed without its command being shown. */
  | { readonly kind: "listing"; readonly line: string };

/** A look at what packets brought about, after some were sent. */
export interface Look {
  readonly kind: "look";
  readonly arrivals: readonly Arrival[];
}

export interface EdgeSection {
  readonly title: string;
  readonly items: readonly Item[];
}

export function readEdgeSections(file: string): EdgeSection[] {
  return readSections(file).map(({ title, lines }) => ({
    title,
    items: readItems(lines),
  }));
}

const PLACES = {
  "client LAN, to the client mac": "client",
  "client LAN, to the DR/TUN server mac": "dr-server",
  "server LAN, to the NAT server mac": "nat-server",
} as const;

const SEEN = /^ {2}-> (client LAN, .*|server LAN, .*|nothing):?$/;
const LISTED = /^((TCP|UDP) \d\d:\d\d| {2}S -> )/;

function readItems(lines: readonly string[]): Item[] {
  const items: Item[] = [];
  let output: string[] = [];
  let place: Arrival["at"] = "client";
  for (const line of lines) {
    const last = items.at(-1);
    const seen = SEEN.exec(line)?.[1]?.replace(/:$/, "");
    const listing = last?.kind === "command" && / -Lnc?\b/.test(last.text);
    if (line.startsWith("$ ")) {
      output = [];
      items.push({ kind: "command", text: line.slice(2), output });
    } else if (line.startsWith("* ")) items.push({ kind: "say", text: line.slice(2) });
    else if (seen !== undefined) {
      if (seen !== "nothing") place = PLACES[seen as keyof typeof PLACES];
      items.push({ kind: "look", arrivals: [] });
    } else if (last?.kind === "look" && /^\s{4}/.test(line)) {
      items.push({ ...last, arrivals: withFrameLine(items.pop() as Look, place, line) });
    } else if (!listing && LISTED.test(line)) items.push({ kind: "listing", line: line.trim() });
    else if (last?.kind === "command" && line !== "") output.push(line);
  }
  return items;
}

/** A line under "-> …": the head of a frame, more text about it, or bytes. */
function withFrameLine({ arrivals }: Look, at: Arrival["at"], line: string): Arrival[] {
  if (/^ {4}[0-9a-f]{2}:/.test(line)) return [...arrivals, { at, text: [line.trim()] }];
  const before = arrivals.slice(0, -1);
  const last = arrivals.at(-1)!;
  const bytes = parseHexLine(line);
  if (bytes === undefined) return [...before, { ...last, text: [...last.text, line.trim()] }];
  return [...before, { ...last, bytes: Uint8Array.of(...(last.bytes ?? []), ...bytes) }];
}
