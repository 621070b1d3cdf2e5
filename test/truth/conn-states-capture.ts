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
}

/** A client's packets from one port, under a "## title" line. */
export interface Flow {
  readonly kind: "flow";
  readonly name: string;
  readonly port: number;
  readonly steps: readonly Step[];
}

/** A command between flows. */
export interface Command {
  readonly kind: "command";
  readonly text: string;
}

/** What happens to one director that begins with an empty table. */
export interface Setup {
  readonly section: string;
  readonly items: readonly (Flow | Command)[];
}

/** The first flow of the capture has source port 2001, and each one the next. */
const FIRST_PORT = 2001;

/** Every setup. A section that reloads nothing goes on where the one before it ended. */
export function readSetups(): Setup[] {
  const setups: { section: string; items: (Flow | Command)[] }[] = [];
  let flows = 0;
  for (const { title, lines } of readSections("conn-states.txt")) {
    let steps: Step[] = [];
    for (const line of lines) {
      if (line.startsWith("(ip_vs module reloaded")) setups.push({ section: title, items: [] });
      else if (line.startsWith("## ")) {
        steps = [];
        const name = `${title.replace(/ \(.*/, "")}: ${line.slice(3)}`;
        setups.at(-1)!.items.push({ kind: "flow", name, port: FIRST_PORT + flows++, steps });
      } else if (line.includes(" | ")) readStep(steps, line);
      else {
        const text = commandOf(line);
        if (text !== undefined) setups.at(-1)!.items.push({ kind: "command", text });
      }
    }
  }
  return setups;
}

/** A command; the capture shows the answer alone of those that set a value. */
function commandOf(line: string): string | undefined {
  if (line.startsWith("$ ")) return line.slice(2);
  const timeouts = /^Timeout \(tcp tcpfin udp\): (.*)$/.exec(line);
  if (timeouts !== null) return `ipvsadm --set ${timeouts[1]}`;
  return /^net\.ipv4\.vs\.\w+ = /.test(line) ? `sysctl -w ${line.replace(" = ", "=")}` : undefined;
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
  const [what, seen] = act.split(" -> ");
  steps.push({
    ...readAct(what!),
    seen: seen === undefined ? [] : seen.split("; "),
    entries: tables === "(no entry)" ? [] : tables.split(" || "),
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
