import { readSections } from "./capture.ts";

/** One line of the capture: what happened, what was seen of it, and what the tables say after. */
export interface Step {
  readonly kind: "client" | "server" | "wait" | "command";
  /** "S", "PA", "UDP", "SCTP chunk 1"; seconds; a command line. */
  readonly what: string;
  /** "at client LAN: S from 192.168.150.60:2022", or nothing. */
  readonly seen: readonly string[];
  /** The lines of `ipvsadm -Lnc`. */
  readonly entries: readonly string[];
  /** "192.168.150.99:80 Active 1 InAct 0". */
  readonly loads: readonly string[];
  /** Seconds from the flow's start to when it was done and to when it was looked at, if known. */
  readonly times?: { readonly done: number; readonly seen: number };
}

/** A client's packets from one port, under a "## title" line. */
export interface Flow {
  readonly kind: "flow";
  readonly name: string;
  readonly port: number;
  readonly steps: readonly Step[];
}

/** What is listed of a flow in the end, under commands that the capture does not show. */
export interface Listing {
  readonly kind: "listing";
  /** Lines of `ipvsadm -Lnc`, single-spaced. */
  readonly entries: readonly string[];
  /** "10.0.0.98:80 PersistConn 1 ActiveConn 0 InActConn 1". */
  readonly persistent: readonly string[];
}

/** The entries so many seconds after a connection was established: "t= 1.5  TCP 14:58 …". */
export interface Look {
  readonly kind: "look";
  readonly seconds: number;
  readonly entries: readonly string[];
}

/** A command between flows. */
export interface Command {
  readonly kind: "command";
  readonly text: string;
}

export type Item = Flow | Listing | Look | Command;

/** What happens to one director that begins with an empty table. */
export interface Setup {
  readonly section: string;
  readonly items: readonly Item[];
}

/** The first flow of the capture has source port 2001, and each one the next. */
const FIRST_PORT = 2001;

/** Every setup. A section that reloads nothing goes on where the one before it ended. */
export function readSetups(file: string): Setup[] {
  const setups: { section: string; items: Item[] }[] = [];
  let flows = 0;
  for (const { title, lines } of readSections(file)) {
    let steps: Step[] = [];
    for (const line of lines) {
      const items = setups.at(-1)?.items;
      if (line.startsWith("(ip_vs module reloaded")) setups.push({ section: title, items: [] });
      else if (line.startsWith("## ")) {
        steps = [];
        const name = `${title.replace(/ \(.*/, "")}: ${line.slice(3)}`;
        items!.push({ kind: "flow", name, port: FIRST_PORT + flows++, steps });
      } else if (line.includes(" | ")) readStep(steps, line);
      else {
        const item = readCommand(title, line) ?? readLook(line);
        if (item !== undefined) items!.push(item);
        else if (items !== undefined) readListing(items, line);
      }
    }
  }
  return setups;
}

/**
 * A command; the capture shows the answer alone of those that set a value. secure_tcp was set
 * before each setup of its section, as the section's title says.
 */
function readCommand(title: string, line: string): Command | undefined {
  if (line === "$ ipvsadm -C" && title.startsWith("secure_tcp=3")) {
    return { kind: "command", text: "sysctl -w net.ipv4.vs.secure_tcp=3" };
  }
  if (line.startsWith("$ ipvsadm -L") || line.startsWith("$ cat ")) return undefined;
  if (line.startsWith("$ ")) return { kind: "command", text: line.slice(2) };
  const timeouts = /^Timeout \(tcp tcpfin udp\): (.*)$/.exec(line);
  if (timeouts !== null) return { kind: "command", text: `ipvsadm --set ${timeouts[1]}` };
  if (!/^net\.ipv4\.vs\.\w+ = /.test(line)) return undefined;
  return { kind: "command", text: `sysctl -w ${line.replace(" = ", "=")}` };
}

function readLook(line: string): Look | undefined {
  const look = /^t= ?([\d.]+) {2}(.*)$/.exec(line);
  if (look === null) return undefined;
  return { kind: "look", seconds: Number(look[1]), entries: look[2]!.split(" || ").map(squeeze) };
}

/** Adds a line of `-Lnc` or of `-Ln --persistent-conn` to the listing at the end. */
function readListing(items: Item[], line: string): void {
  // Not those that name their ports.
  const isEntry = /^(TCP|UDP|IP) +\d\d:\d\d (?!.*:http)/.test(line);
  const entry = isEntry ? [squeeze(line)] : [];
  const row = /^ +-> (\S+) +\d+ +(\d+) +(\d+) +(\d+) *$/.exec(line)?.slice(1);
  if (entry.length === 0 && row === undefined) return;
  const last = items.at(-1)!;
  const before = last.kind === "listing" ? last : { entries: [], persistent: [] };
  if (last.kind === "listing") items.pop();
  const persistent =
    row === undefined
      ? []
      : [`${row[0]} PersistConn ${row[1]} ActiveConn ${row[2]} InActConn ${row[3]}`];
  items.push({
    kind: "listing",
    entries: [...before.entries, ...entry],
    persistent: [...before.persistent, ...persistent],
  });
}

/** A line's columns with one space between. */
function squeeze(line: string): string {
  return line.trim().replaceAll(/ +/g, " ");
}

function readStep(steps: Step[], line: string): void {
  const bar = line.indexOf(" | ");
  const act = line.slice(0, bar).trim();
  const tables = line.slice(bar + 3).trim();
  if (act === "") {
    const before = steps.pop()!;
    steps.push({ ...before, loads: [...before.loads, tables] });
    return;
  }
  const [clock = "", done, looked] = /^(\d+\.\d\d) +(\d+\.\d\d) /.exec(act) ?? [];
  const [what, seen] = act.slice(clock.length).split(" -> ");
  steps.push({
    ...readAct(what!),
    ...(clock === "" ? {} : { times: { done: Number(done), seen: Number(looked) } }),
    seen: seen === undefined ? [] : seen.split("; "),
    entries: tables === "(no entry)" ? [] : tables.split(" || ").map(squeeze),
    loads: [],
  });
}

function readAct(text: string): Pick<Step, "kind" | "what"> {
  const wait = /^after waiting ([\d.]+) s$/.exec(text);
  if (wait !== null) return { kind: "wait", what: wait[1]! };
  if (text.startsWith("$ ")) return { kind: "command", what: text.slice(2) };
  const [who, , ...what] = text.split(" ");
  return { kind: who === "client" ? "client" : "server", what: what.join(" ") };
}
