import { fstatSync } from "node:fs";
import { type Logger, pino } from "pino";

/** The levels of pino, as syslog(3) and sd-daemon(3) number them, and as words. */
const LEVELS: readonly { readonly from: number; readonly syslog: number; readonly word: string }[] =
  [
    { from: 60, syslog: 2, word: "fatal" },
    { from: 50, syslog: 3, word: "error" },
    { from: 40, syslog: 4, word: "warning" },
    { from: 0, syslog: 6, word: "info" },
  ];

/**
 * The daemon's log, on standard error: sentences with a priority for the journal, sentences with a
 * word for a terminal, and JSON lines for whatever else collects them.
 */
export function daemonLog(): Logger {
  const journal = isJournal(process.env.JOURNAL_STREAM);
  if (!journal && !process.stderr.isTTY) return pino({ base: null }, process.stderr);
  const write = (line: string) => void process.stderr.write(sentence(line, journal));
  return pino({ base: null }, { write });
}

/** systemd.exec(5), $JOURNAL_STREAM: device and inode of what standard error must be. */
function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(2);
  return stream === `${dev}:${ino}`;
}

/** What a line of pino's says, where these are the parts that the daemon gives it. */
interface Entry {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  readonly err?: { readonly stack: string };
}

/**
 * A message may have several lines, and a broken invariant has where it was broken. The journal
 * takes each line for an entry of its own.
 */
function sentence(line: string, journal: boolean): string {
  const { level, msg, code, err } = JSON.parse(line) as Entry;
  const { syslog, word } = LEVELS.find(({ from }) => level >= from)!;
  const text = `${msg}${code === undefined ? "" : ` [${code}]`}${err ? `\n${err.stack}` : ""}`;
  if (!journal) return `${word}: ${text}\n`;
  return text.replaceAll(/^/gm, `<${syslog}>`).concat("\n");
}
