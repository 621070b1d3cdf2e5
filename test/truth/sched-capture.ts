import { parseServerRow, readSections, type Section, type ServerRow } from "./capture.ts";

/** Whether a captured client closed each connection before the next one, or held all open. */
export type Manner = "closed" | "held";

/** Which server answered each connection in turn, "1" for rs1; "!…" for a refused one. */
export interface Sequence {
  readonly what: string;
  readonly servers: readonly string[];
}

/** A service, what its connections met, and the servers' counts in the end. */
export interface Run {
  readonly name: string;
  readonly scheduler: string;
  readonly manner: Manner;
  readonly sequences: readonly Sequence[];
  readonly table: readonly ServerRow[];
  /** Each service had an address of its own, which dh goes by. */
  readonly vip: string;
}

export interface WeightedRun extends Run {
  readonly weights: readonly number[];
}

const sections = readSections("sched.txt");

function section(title: RegExp): Section {
  return sections.find((candidate) => title.test(candidate.title))!;
}

/** Each connection's answer; the client gave up after three refusals, and noted that it did. */
function answersOf(text: string): string[] {
  return text.replace(/ \(given up.*/, "").split(" ");
}

/** Every scheduler with every set of weights, closed and held. */
export function weightedRuns(): WeightedRun[] {
  const runs: WeightedRun[] = [];
  for (const { title: scheduler, lines } of sections) {
    let weights: number[] = [];
    for (const [at, line] of lines.entries()) {
      const heading = /^\w+ weights ([\d,]+) {2}VIP/.exec(line);
      if (heading) weights = heading[1]!.split(",").map(Number);
      const sequence = /^ {2}(closed|held) *: (.*)$/.exec(line);
      if (sequence === null || heading) continue;
      const manner = sequence[1] as Manner;
      const servers = answersOf(sequence[2]!);
      runs.push({
        name: `${scheduler} weights ${weights} ${manner}`,
        scheduler,
        manner,
        weights,
        sequences: [{ what: manner, servers }],
        table: tableAfter(lines, at),
        vip: vipAfter(lines, at),
      });
    }
  }
  return runs;
}

/** A scheduler over servers of weight 0 alone: what the client gets. */
export function refusals(): { scheduler: string; result: string }[] {
  return section(/^all weights zero/).lines.flatMap((line) => {
    const match = /^(\w+) weights 0,0: (\S+)$/.exec(line);
    return match === null ? [] : [{ scheduler: match[1]!, result: match[2]! }];
  });
}

/** Servers edited, added and deleted under way. */
export function changedRuns(): Run[] {
  const { lines } = section(/^changes mid-way/);
  return lines.flatMap((line, at) => {
    const match = /^(\w+) (closed|held) {2}VIP/.exec(line);
    if (match === null) return [];
    const [, scheduler, manner] = match;
    return [
      {
        name: `${scheduler} changes under way, ${manner}`,
        scheduler: scheduler!,
        manner: manner as Manner,
        sequences: sequencesAfter(lines, at),
        table: tableAfter(lines, at),
        vip: vipAfter(lines, at),
      },
    ];
  });
}

/**
 * Weights with a common divisor, and commands under way; a sequence is what followed its command.
 */
export function divisorRuns(): WeightedRun[] {
  const [{ lines }] = readSections("sched-divisor.txt") as [Section];
  return lines.flatMap((line, at) => {
    const match = /^(\w+) held {2}VIP [\d.]+; start weights ([\d,]+)$/.exec(line);
    if (match === null) return [];
    const [, scheduler, weights] = match;
    return [
      {
        name: `${scheduler} weights ${weights}, changed under way`,
        scheduler: scheduler!,
        manner: "held" as const,
        weights: weights!.split(",").map(Number),
        sequences: sequencesAfter(lines, at),
        table: tableAfter(lines, at),
        vip: vipAfter(lines, at),
      },
    ];
  });
}

/** One service that goes through many schedulers, all connections held. */
export function schedulerChanges(): Run {
  const { lines } = section(/^scheduler changed/);
  return {
    name: "scheduler changed under way",
    scheduler: "rr",
    manner: "held",
    sequences: sequencesAfter(lines, -1),
    table: tableAfter(lines, -1),
    vip: vipAfter(lines, -1),
  };
}

/** Servers added in another order. */
export function orderedRuns(): { scheduler: string; servers: readonly string[] }[] {
  return sequencesAfter(section(/^order of -a/).lines, -1).map(({ what, servers }) => ({
    scheduler: what.split(" ")[0]!,
    servers,
  }));
}

/** Upper thresholds: twelve held, then all closed, then six more; with the counts after each. */
export function thresholdRun(): { sequence: Sequence; counts: [string, number, number][] }[] {
  const { lines } = section(/^upper threshold/);
  return sequencesAfter(lines, -1).map((sequence) => {
    const at = lines.findIndex((line) => line.startsWith(`  ${sequence.what}: `));
    const rows = lines.slice(at + 1).map((line) => {
      const row = /-> ([\d.]+):80 +\d+ +\d+ +(\d+) +(\d+)/.exec(line);
      return row === null ? undefined : ([row[1]!, Number(row[2]), Number(row[3])] as const);
    });
    const first = rows.findIndex((row) => row !== undefined);
    return { sequence, counts: rows.slice(first, first + 3).map((row) => [...row!]) };
  });
}

/** Every server at its threshold. */
export function overThresholdRuns(): Run[] {
  const { lines } = section(/^every server over/);
  return lines.flatMap((line, at) => {
    const match = /^ {2}(\w+): (.*)$/.exec(line);
    if (match === null) return [];
    const servers = answersOf(match[2]!);
    return [
      {
        name: `${match[1]} every server over its threshold`,
        scheduler: match[1]!,
        manner: "held",
        sequences: [{ what: "held", servers }],
        table: tableAfter(lines, at),
        vip: vipAfter(lines, at),
      },
    ];
  });
}

/** The "  what: 3 2 1 …" lines up to the table. */
function sequencesAfter(lines: readonly string[], at: number): Sequence[] {
  const sequences: Sequence[] = [];
  for (const line of lines.slice(at + 1)) {
    const match = /^ {2}(\S.*?): ([\d!].*)?$/.exec(line);
    if (match !== null)
      sequences.push({
        what: match[1]!,
        servers: match[2] === undefined ? [] : answersOf(match[2]),
      });
    else if (/^\w+ (closed|held)/.test(line)) break;
  }
  return sequences;
}

/** The first listing after a line. */
function tableAfter(lines: readonly string[], at: number): ServerRow[] {
  const rows = lines.slice(at + 1).map(parseServerRow);
  const first = rows.findIndex((row) => row !== undefined);
  const end = rows.findIndex((row, i) => i > first && row === undefined);
  return rows.slice(first, end < 0 ? undefined : end).map((row) => row!);
}

/** Of the first listing after a line. */
function vipAfter(lines: readonly string[], at: number): string {
  const listings = lines.slice(at + 1).map((line) => /^ +TCP +([\d.]+):80/.exec(line)?.[1]);
  return listings.find((vip) => vip !== undefined)!;
}
