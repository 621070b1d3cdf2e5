/** The sections of ka-checks.txt that tell when servers went and came back. */
import { readFileSync } from "node:fs";

export interface Timeline {
  readonly title: string;
  /** The lines of configuration that the section shows. */
  readonly shown: string;
  /** Seconds: when the checks were activated. */
  readonly begun: number;
  /** What was done to the servers, until the stop. */
  readonly deeds: readonly Moment[];
  /** "192.168.150.11 DOWN", "VS UP": what keepalived logged, after the start. */
  readonly turns: readonly Moment[];
  /** The IPVS table after each change, each server "ADDRESS WEIGHT". */
  readonly tables: readonly (readonly string[])[];
  /** Seconds of the first success that was logged of each server, by address. */
  readonly successes: ReadonlyMap<string, number>;
}

export interface Moment {
  readonly at: number;
  readonly what: string;
}

export interface Wanted {
  /** A part of the title, where one name has many sections. */
  readonly titled: string | undefined;
  /** Nothing of what came after the servers were put right again. */
  readonly beforeFix: boolean | undefined;
}

/** By the name in front of the title: "C1". */
export function timeline(name: string, { titled = "", beforeFix = false }: Wanted): Timeline {
  const text = readFileSync(new URL("./ka-checks.txt", import.meta.url), "utf8");
  const sections = text.split("\n######## ").slice(1);
  const section = sections.find((each) => each.startsWith(`${name}. `) && each.includes(titled));
  if (section === undefined) throw new Error(`ka-checks.txt has no section ${name} ${titled}`);
  const [title, ...lines] = section.split("\n");
  const moments = lines.flatMap(momentOf).sort((a, b) => a.at - b.at);
  const end = beforeFix ? /^== FIX/ : /^== stop|log: Stopping|- ipvs -A/;
  const stop = moments.find(({ what }) => end.test(what))?.at ?? Number.POSITIVE_INFINITY;
  const told = moments.filter(({ at }) => at < stop);
  const begun = told.find(({ what }) => /(Act|act)ivating healthchecker/.test(what))?.at;
  return {
    title: title!,
    shown: lines
      .slice(
        0,
        lines.findIndex((line) => /^[$t]/.test(line)),
      )
      .join("\n"),
    begun: begun ?? told.find(({ what }) => what.includes("+ ipvs"))!.at,
    deeds: told.flatMap(({ at, what }) =>
      what.startsWith("== ") ? [{ at, what: what.slice(3) }] : [],
    ),
    turns: told.filter(({ at }) => begun === undefined || at > begun).flatMap(turnOf),
    tables: tablesOf(told),
    successes: successesOf(told),
  };
}

function momentOf(line: string): Moment[] {
  const match = /^t=([\d.]+) (.*)$/.exec(line);
  return match === null ? [] : [{ at: Number(match[1]), what: match[2]! }];
}

function turnOf({ at, what }: Moment): Moment[] {
  const server = /log: (Removing|Disabling|Adding|Enabling) service \[([^\]]+)\]/.exec(what);
  if (server !== null) {
    const isUp = server[1] === "Adding" || server[1] === "Enabling";
    return [{ at, what: `${server[2]} ${isUp ? "UP" : "DOWN"}` }];
  }
  const quorum = /log: (Gained|Lost) quorum/.exec(what);
  return quorum === null ? [] : [{ at, what: quorum[1] === "Gained" ? "VS UP" : "VS DOWN" }];
}

function tablesOf(moments: readonly Moment[]): string[][] {
  const servers = new Set<string>();
  const tables = new Map<number, string[]>();
  for (const { at, what } of moments) {
    const line = / ([+-]) ipvs -a .* -r ([\d.]+):\d+ .*-w (\d+)/.exec(
      ` ${what}`.replace("lb1 ", ""),
    );
    if (line === null) continue;
    const server = `${line[2]} ${line[3]}`;
    if (line[1] === "+") servers.add(server);
    else servers.delete(server);
    tables.set(at, [...servers].sort());
  }
  return [...tables.values()];
}

function successesOf(moments: readonly Moment[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { at, what } of moments) {
    const address = /log: .*?\[([\d.]+)\].* succe/.exec(what)?.[1];
    if (address !== undefined && !first.has(address)) first.set(address, at);
  }
  return first;
}
