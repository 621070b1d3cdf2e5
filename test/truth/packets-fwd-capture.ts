import { parseHexLine, readSections } from "./capture.ts";

/** One forwarding method: its rules, every frame that the director's first interface saw. */
export interface Forwarding {
  readonly title: string;
  readonly commands: readonly string[];
  readonly frames: readonly Uint8Array[];
  /** The line of `ipvsadm -Lnc` in the end, single-spaced. */
  readonly entries: readonly string[];
}

export function readForwardings(): Forwarding[] {
  return readSections("packets-fwd.txt").map(({ title, lines }) => {
    const start = lines.indexOf("---- seen at lb eth0") + 1;
    const length = lines.slice(start).findIndex((line) => /^(---- |\$ )/.test(line));
    const listing = lines.lastIndexOf("$ ipvsadm -Lnc");
    return {
      title,
      commands: lines.filter((line) => /^\$ ipvsadm -[ACEDaed]/.test(line)).map((l) => l.slice(2)),
      frames: readFrames(lines.slice(start, start + length)),
      entries: lines
        .slice(listing)
        .filter((line) => /^TCP \d\d:\d\d/.test(line))
        .map((line) => line.replaceAll(/ +/g, " ")),
    };
  });
}

/** Each frame begins with a line of text that has no indent. */
function readFrames(lines: readonly string[]): Uint8Array[] {
  const frames: number[][] = [];
  for (const line of lines) {
    const bytes = parseHexLine(line);
    if (bytes !== undefined) frames.at(-1)!.push(...bytes);
    else if (/^\S/.test(line)) frames.push([]);
  }
  return frames.map((bytes) => Uint8Array.from(bytes));
}
