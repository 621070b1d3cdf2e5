import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Moment, Violation } from "./judge.ts";
import type { Line, Watched } from "./watch.ts";

const WATCH = fileURLToPath(new URL("watch.ts", import.meta.url));

/** The outside watch of a lab while it runs. */
export interface Observer {
  /** When it began, as Date.now() has it: times of moments and violations count from there. */
  readonly began: number;
  readonly moments: readonly Moment[];
  readonly violations: readonly Violation[];
  /** Ends the watch once everything up to now is judged, and tells how much it has watched. */
  stop(): Promise<Watched>;
}

/** Starts the watch, and comes back when it sends probes. Taking the lab down ends it too. */
export async function observe(lab: string): Promise<Observer> {
  const child = spawn(process.execPath, [WATCH, lab], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const [moments, violations]: [Moment[], Violation[]] = [[], []];
  let watched: Watched | undefined;
  const ready = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = JSON.parse(text) as Line;
      if (line.began !== undefined) resolve(line.began);
      if (line.moment) moments.push(line.moment);
      if (line.violation) violations.push(line.violation);
      watched ??= line.watched;
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error("the watch ended")));
  });
  const began = await ready;
  return {
    began,
    moments,
    violations,
    stop: async () => {
      child.stdin.end();
      await ended;
      if (watched === undefined) throw new Error("the watch ended before it was told to");
      return watched;
    },
  };
}

/** "12.345 s answers: node01; forwards: node01", a line for each change. */
export function describeTimeline(moments: readonly Moment[]): string {
  const names = (hosts: readonly string[]) => hosts.join(" and ") || "nobody";
  return moments
    .map(({ at, answers, forwards }) => {
      return `${seconds(at)} answers: ${names(answers)}; forwards: ${names(forwards)}`;
    })
    .join("\n");
}

export function describeViolation({ at, holder, other, deeds }: Violation): string {
  return `${seconds(at)} ${holder} ${deeds[0]} before and after ${other} ${deeds[1]}`;
}

/** Microseconds as "12.345678 s". */
export function seconds(microseconds: number): string {
  return `${(microseconds / 1e6).toFixed(6).padStart(11)} s`;
}
