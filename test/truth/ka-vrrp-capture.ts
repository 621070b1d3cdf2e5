import { readFileSync } from "node:fs";
import { type CapturedFrame, readFrames } from "./ka-vrrp-frames.ts";

/** A line of a capture that has a time: what was done ("=="), said in a log, or seen. */
export interface CapturedLine {
  /** Seconds since the section began. */
  readonly time: number;
  /** Whose it is; empty for what was done. */
  readonly host: string;
  readonly text: string;
}

/** A section of ka-vrrp.txt, ka-prio.txt or ka-prio2.txt. */
export interface CapturedSection {
  /** "1" or "P1"; the title where it has no number. */
  readonly number: string;
  readonly title: string;
  readonly lines: readonly CapturedLine[];
  /** Where the frames were captured: "cl" or "lb1"; undefined where none were. */
  readonly wire: string | undefined;
  readonly frames: readonly CapturedFrame[];
  /** All of it, as it stands in the file. */
  readonly text: string;
}

export function sectionsOf(file: string): readonly CapturedSection[] {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return text.split("\n######## ").slice(1).map(sectionOf);
}

function sectionOf(text: string): CapturedSection {
  const [title = "", ...all] = text.split("\n");
  const cut = all.findIndex((line) => line.startsWith("---- on the wire at "));
  const before = cut < 0 ? all : all.slice(0, cut);
  const wire = /at (\w+):/.exec(cut < 0 ? "" : all[cut]!)?.[1];
  const lines = before.flatMap(lineOf);
  const number = /^(P?\d+)\. /.exec(title)?.[1] ?? title;
  const frames = cut < 0 ? [] : readFrames(all.slice(cut + 1));
  return { number, title, lines, wire, frames, text };
}

function lineOf(line: string): CapturedLine[] {
  const [, time, rest] = /^t=(-?[\d.]+) (.*)$/.exec(line) ?? [];
  if (time === undefined || rest === undefined || rest.startsWith("script=")) return [];
  if (rest.startsWith("== ")) return [{ time: Number(time), host: "", text: rest.slice(3) }];
  const [, host, text] = /^(lb\d) (?:log: )?(.*)$/.exec(rest) ?? [];
  return host === undefined ? [] : [{ time: Number(time), host, text: text! }];
}
