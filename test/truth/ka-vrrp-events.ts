import type { CapturedLine, CapturedSection } from "./ka-vrrp-capture.ts";
import { kindOf } from "./ka-vrrp-frame.ts";
import type { PlayedEvent } from "./ka-vrrp-play.ts";

/** The configurations of a director in the order in which it reads them. */
export type Configurations = Readonly<Record<string, readonly string[]>>;

/**
 * What was done in a section, at the times at which keepalived says that it has seen it, or else at
 * those at which it was done.
 */
export function eventsOf(section: CapturedSection, configurations: Configurations): PlayedEvent[] {
  const texts = new Map(Object.entries(configurations).map(([host, all]) => [host, [...all]]));
  const next = (host: string): string => {
    const text = texts.get(host)?.shift();
    if (text === undefined) throw new Error(`${section.title}: no configuration for ${host}`);
    return text;
  };
  const { lines, frames } = section;
  const foreign = frames
    .filter(({ bytes }) => kindOf(bytes).mac === "02:00:00:00:00:50")
    .map(({ time, whole }): PlayedEvent => ({ at: time, kind: "foreign", bytes: whole }));
  return [...lines.flatMap((line, i) => eventOf(line, lines.slice(i + 1), next)), ...foreign];
}

function eventOf(
  { time: at, host, text }: CapturedLine,
  later: readonly CapturedLine[],
  next: (host: string) => string,
): PlayedEvent[] {
  return host === "" ? doneTo(at, text, later, next) : saidBy({ time: at, host, text }, next);
}

/** Of the lines with "==". */
function doneTo(
  at: number,
  text: string,
  later: readonly CapturedLine[],
  next: (host: string) => string,
): PlayedEvent[] {
  const started = /^(lb\d): keepalived started$/.exec(text)?.[1];
  if (started !== undefined) {
    return [{ at: begunAt(started, later), kind: "start", host: started, text: next(started) }];
  }
  const [, hung, failed] = /^script (?:(hangs)|(starts to fail)|)/.exec(text) ?? [];
  if (text.startsWith("script ")) {
    const outcome = hung ? "hangs" : failed ? "fails" : "succeeds";
    return [{ at, kind: "script", host: "lb1", outcome }];
  }
  const value = /^file now (-?\d+)$/.exec(text)?.[1];
  if (value !== undefined) return [{ at, kind: "file", host: "lb1", value: Number(value) }];
  if (/^(lb1: )?kill -9 (\d processes|lb1)$/.test(text)) return [{ at, kind: "kill", host: "lb1" }];
  if (/^(switch port of lb1 blocked|cut lb1 off)/.test(text)) {
    return [{ at, kind: "cut", host: "lb1" }];
  }
  return /^(switch port unblocked|healed)$/.test(text) ? [{ at, kind: "mend", host: "lb1" }] : [];
}

/** Of keepalived's log. */
function saidBy(
  { time: at, host, text }: CapturedLine,
  next: (host: string) => string,
): PlayedEvent[] {
  if (text === "Stopping") return [{ at, kind: "stop", host }];
  if (text === "Reloading ...") return [{ at, kind: "configure", host, text: next(host) }];
  const [, name, state] = /^Netlink reports (\S+) (up|down)$/.exec(text) ?? [];
  if (name !== undefined) return [{ at, kind: "link", host, name, up: state === "up" }];
  const address = /^Netlink reflector reports IP (\S+) removed/.exec(text)?.[1];
  return address === undefined ? [] : [{ at, kind: "remove", host, address }];
}

/** When the elections of a daemon that starts begin: its first words about an instance. */
function begunAt(host: string, later: readonly CapturedLine[]): number {
  const first = later.find(
    (line) => line.host === host && /^\(\w+\) (removing VIPs|Entering|entering)/.test(line.text),
  );
  if (first === undefined) throw new Error(`${host} says nothing of its start`);
  return first.time;
}
