import { parseHexLine, readSections } from "./capture.ts";

/** One forwarding method: its rules, every frame that the director's interfaces saw. */
export interface Forwarding {
  readonly title: string;
  readonly commands: readonly string[];
  /** By interface, eth0 first; each in the order of the capture. */
  readonly frames: readonly (readonly Uint8Array[])[];
  /** The lines of `ipvsadm -Lnc` in the end, single-spaced, of earlier sections too. */
  readonly entries: readonly string[];
}

const DIRECTOR = "---- seen at lb eth";

/** A section begins with the table of the one before it in the same network. */
export function readForwardings(): Forwarding[] {
  const forwardings: Forwarding[] = [];
  let before: string[] = [];
  for (const { title, lines } of readSections("packets-fwd.txt")) {
    const own = lines.filter((line) => /^\$ ipvsadm -[ACEDaed]/.test(line)).map(unquoted);
    const commands = title.startsWith("NAT, IPv4") ? own : [...before, ...own];
    before = commands;
    const listing = lines.lastIndexOf("$ ipvsadm -Lnc");
    forwardings.push({
      title,
      commands,
      frames: lines
        .filter((line) => line.startsWith(DIRECTOR))
        .map((line) => readFrames(lines.slice(lines.indexOf(line) + 1))),
      entries: lines
        .slice(listing)
        .filter((line) => /^TCP \d\d:\d\d/.test(line))
        .map((line) => line.replaceAll(/ +/g, " ")),
    });
  }
  return forwardings;
}

/** A command without the "$ " and the shell's quotes. */
function unquoted(line: string): string {
  return line.slice(2).replaceAll("'", "");
}

/** Up to the next place or command; each frame begins with a line of text that has no indent. */
function readFrames(lines: readonly string[]): Uint8Array[] {
  const frames: number[][] = [];
  for (const line of lines) {
    if (/^(---- |\$ )/.test(line)) break;
    const bytes = parseHexLine(line);
    if (bytes !== undefined) frames.at(-1)!.push(...bytes);
    else if (/^\S/.test(line)) frames.push([]);
  }
  return frames.map((bytes) => Uint8Array.from(bytes));
}
