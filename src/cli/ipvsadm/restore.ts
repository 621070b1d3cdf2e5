import type { Fault } from "../../base/fault.ts";
import type { Director, Listing } from "../../daemon/api/director.ts";
import type { Operation } from "../../state/rule.ts";
import { parseCommandLine } from "./command-line.ts";
import type { Io } from "./io.ts";
import {
  type Ending,
  EXIT,
  endingOfDaemon,
  endingOfOperation,
  endingOfUsage,
  NO_SYNC_DAEMON,
  SYNC_NOT_SUPPORTED,
  TRY_HELP,
} from "./messages.ts";
import { preview } from "./preview.ts";
import type { Request } from "./request.ts";
import { type ShowRequest, show } from "./show.ts";

/** What a whole input asks for. */
interface Batch {
  readonly operations: Operation[];
  /** The number of the line that each operation stands on. */
  readonly lines: number[];
  /** Listings between operations, with how many of these come before them. */
  readonly shows: {
    readonly request: ShowRequest;
    readonly after: number;
    readonly line: number;
  }[];
}

/**
 * ipvsadm -R, with one difference from ipvsadm 1.31 (docs/ipvsadm.md): the input is one batch. Of a
 * bad input nothing is applied or printed, and the first bad line is named by its number on stderr.
 * ipvsadm applies line by line, goes on after what the kernel refuses, and leaves a part behind.
 * The exit status is the one that ipvsadm has for that kind of error.
 */
export async function restore(io: Io, director: Director): Promise<number> {
  const batch: Batch = { operations: [], lines: [], shows: [] };
  let line = 0;
  for await (const text of io.stdin) {
    line += 1;
    const bad = await readLine(batch, text, line, io);
    if (bad !== undefined) return end(io, line, bad);
  }
  const texts: string[] = [];
  const shown = await showAll(batch, io, director, texts);
  if (shown !== undefined) return end(io, shown.line, shown.ending);
  const applied = await director.apply(batch.operations);
  if (!applied.ok) return refused(io, batch, applied.operation, applied.fault);
  for (const text of texts) io.stdout(text);
  return EXIT.done;
}

/** Faults of the way to the daemon, which no line is to blame for. */
const WAY_FAULTS: readonly string[] = ["NO_DAEMON", "NO_PERMISSION", "DAEMON_GONE"];

function refused(io: Io, batch: Batch, at: number, fault: Fault): number {
  const operation = batch.operations[at];
  if (operation === undefined || WAY_FAULTS.includes(fault.code)) {
    return end(io, undefined, endingOfDaemon(fault));
  }
  return end(io, batch.lines[at], endingOfOperation(operation.kind, fault));
}

function end(io: Io, line: number | undefined, ending: Ending): number {
  io.stderr(`${line === undefined ? "" : `line ${line}: `}${ending.text}\n`);
  return ending.status;
}

async function readLine(
  batch: Batch,
  text: string,
  line: number,
  io: Io,
): Promise<Ending | undefined> {
  const words = text.match(/[^ \t\r\n]+/g) ?? [];
  // Lines of a script are taken as they are: "ipvsadm -A ...".
  while (words[0] === "ipvsadm") words.shift();
  if (words.length === 0) return undefined;
  const parsed = await parseCommandLine(words, io.resolver);
  return parsed.ok ? takeRequest(batch, parsed.value, line) : endingOfUsage(parsed.fault);
}

function takeRequest(batch: Batch, request: Request, line: number): Ending | undefined {
  switch (request.kind) {
    case "change":
      batch.operations.push(request.operation);
      batch.lines.push(line);
      return undefined;
    case "list":
    case "save":
      batch.shows.push({ request, after: batch.operations.length, line });
      return undefined;
    case "start-daemon":
      return SYNC_NOT_SUPPORTED;
    case "stop-daemon":
      return NO_SYNC_DAEMON;
    case "restore":
      return endingOfUsage(TRY_HELP.fault);
    case "help":
    case "version":
      return { text: `--${request.kind} has no place in a restore`, status: EXIT.usage };
  }
}

/** Prepares the texts of the listings in the input, which are printed once all is applied. */
async function showAll(
  batch: Batch,
  io: Io,
  director: Director,
  texts: string[],
): Promise<{ readonly line: number; readonly ending: Ending } | undefined> {
  if (batch.shows.length === 0) return undefined;
  const now = await director.list();
  if (!now.ok) return { line: batch.shows[0]!.line, ending: endingOfDaemon(now.fault) };
  for (const { request, after, line } of batch.shows) {
    const then: Listing | undefined = preview(now.value, batch.operations.slice(0, after));
    // The director will refuse the same operation, and name its line.
    if (then === undefined) return undefined;
    const text = await show(request, io, director, then);
    if (!text.ok) return { line, ending: text.ending };
    texts.push(text.text);
  }
  return undefined;
}
