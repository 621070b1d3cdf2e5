import { readFileSync } from "node:fs";

/** A section of hash-maps.txt: how a service was made, and whom its rows of connections got. */
export interface HashMap {
  readonly title: string;
  readonly scheduler: string;
  /** Of ipvsadm -b; empty without. */
  readonly flags: string;
  readonly family: 4 | 6;
  readonly weights: readonly number[];
  /** What was done to the servers then: "rs2 deleted". */
  readonly change: string | undefined;
  /** One of a row's connections differs from the next by this. */
  readonly varies: "client" | "client port" | "destination";
  readonly step: number;
  readonly rows: readonly HashRow[];
}

export interface HashRow {
  /** The first client, client port or destination. */
  readonly first: string;
  /** Servers by number; "." for a connection that was refused. */
  readonly servers: readonly string[];
}

export function readHashMaps(): HashMap[] {
  const text = readFileSync(new URL("hash-maps.txt", import.meta.url), "latin1");
  return text
    .split("\n######## ")
    .slice(1)
    .map((section) => readSection(section.split("\n")));
}

function readSection([title, ...lines]: readonly string[]): HashMap {
  const [scheduler] = title!.split(" ");
  const ports = /source port = row/.test(title!);
  const destination = /destination = row/.test(title!) || scheduler === "dh";
  return {
    title: title!,
    scheduler: scheduler!,
    flags: /-b (\S+)/.exec(title!)?.[1] ?? "",
    family: /IPv6/.test(title!) ? 6 : 4,
    weights: weightsOf(title!),
    change: /then (rs\d .*?)(?:,|;| \(|$)/.exec(title!)?.[1],
    varies: ports ? "client port" : destination ? "destination" : "client",
    step: Number(/[+] (\d+)\*i/.exec(title!)?.[1] ?? 1),
    rows: lines.flatMap(readRow),
  };
}

/** "weights 3,2,1", or "rs1:3 rs2:2 rs3:1". */
function weightsOf(title: string): number[] {
  const list = /weights (\d+(?:,\d+)*)/.exec(title)?.[1];
  if (list !== undefined) return list.split(",").map(Number);
  return [...title.matchAll(/rs\d:(\d+)/g)].map(([, weight]) => Number(weight));
}

function readRow(line: string): HashRow[] {
  const [first, ...servers] = line.trim().split(/\s+/);
  return servers.length === 0 ? [] : [{ first: first!, servers }];
}
