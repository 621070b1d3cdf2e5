import { readFileSync } from "node:fs";

/** A part of a capture under a "######## title" line. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The sections of a capture beside this file; what stands before the first is left out. */
export function readSections(file: string): Section[] {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return text
    .split(/^######## /m)
    .slice(1)
    .map((part) => {
      const [title, ...lines] = part.split("\n");
      return { title: title!.trim(), lines };
    });
}

/** A row of `ipvsadm -Ln` about a real server. */
export interface ServerRow {
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
}

/** "-> 192.168.150.11:80  Route  1  20  0"; undefined for any other line. */
export function parseServerRow(line: string): ServerRow | undefined {
  const row = /^\s*-> ([\d.]+):(\d+)\s+Route\s+(\d+)\s+(\d+)\s+(\d+)/.exec(line);
  if (row === null) return undefined;
  const [port, weight, active, inactive] = row.slice(2).map(Number);
  return { address: row[1]!, port: port!, weight: weight!, active: active!, inactive: inactive! };
}

/** The bytes of `tcpdump -xx`, one line of it. */
export function parseHexLine(line: string): Uint8Array | undefined {
  const match = /^\s*0x[0-9a-f]{4}: {2}([0-9a-f ]+)$/.exec(line);
  return match === null
    ? undefined
    : Uint8Array.from(Buffer.from(match[1]!.replaceAll(" ", ""), "hex"));
}
