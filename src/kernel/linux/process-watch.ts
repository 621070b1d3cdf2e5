import { readdirSync, readFileSync } from "node:fs";
import type { ProcessPattern, Watch } from "../tracking.ts";
import { matches, type ProcessNames } from "./process-pattern.ts";

/**
 * keepalived hears of each fork from the kernel (the proc connector of cn_proc.h); looking at /proc
 * once a second costs less on a busy host and is as quick as a script is.
 */
const PERIOD_MS = 1000;

/** Counts the processes of each pattern, now and then. */
export function watchProcesses(
  patterns: readonly ProcessPattern[],
  changed: (counts: readonly number[]) => void,
): Watch {
  let before = "";
  const look = () => {
    const counts = patterns.map(() => 0);
    for (const names of processes()) {
      for (const [at, pattern] of patterns.entries()) {
        if (matches(pattern, names)) counts[at] = counts[at]! + 1;
      }
    }
    if (String(counts) === before) return;
    before = String(counts);
    changed(counts);
  };
  const first = setImmediate(look);
  const timer = setInterval(look, PERIOD_MS);
  return {
    close() {
      clearImmediate(first);
      clearInterval(timer);
    },
  };
}

function* processes(): Generator<ProcessNames> {
  for (const pid of readdirSync("/proc")) {
    if (!/^[0-9]+$/.test(pid)) continue;
    const stat = read(`/proc/${pid}/stat`);
    // The name stands in parentheses and may hold some of its own.
    const end = stat.lastIndexOf(")");
    const state = stat.charAt(end + 2);
    if (end < 0 || state === "Z" || state === "X") continue;
    let words: readonly string[] | undefined;
    yield {
      comm: stat.slice(stat.indexOf("(") + 1, end),
      words: () => (words ??= read(`/proc/${pid}/cmdline`).split("\0").slice(0, -1)),
    };
  }
}

/** Empty where the process has gone meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
