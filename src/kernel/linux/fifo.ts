import { execFileSync } from "node:child_process";
import { closeSync, constants, lstatSync, openSync, writeSync } from "node:fs";
import { failure, type Result, success } from "../../base/fault.ts";
import type { NotifyFifo, NotifyFifos } from "../notify-fifo.ts";

/** As keepalived 2.2.7 makes it: only root reads the events. */
const MODE = "0600";
const LINES_MAX = 1024;
/** A pipe has no event for "somebody reads again" that an own reader would not hide. */
const RETRY_MS = 100;

/** FIFOs in the file system of this host. */
export const linuxFifos: NotifyFifos = {
  open(path) {
    const made = make(path);
    if (!made.ok) return made;
    try {
      // Open for reading too, the FIFO has no moment without a reader: it opens at once, and what
      // was written stays in the pipe until somebody comes (fifo(7)).
      const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      return success(new LinuxFifo(fd));
    } catch (error) {
      return refused(path, error);
    }
  },
};

function make(path: string): Result<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isFIFO() === true) return success(undefined);
  if (there !== undefined) {
    const fix = "remove it, or name another path in the configuration";
    return failure("FIFO_REFUSED", `"${path}" is there and is no FIFO`, fix);
  }
  try {
    execFileSync("mkfifo", ["-m", MODE, "--", path], { stdio: "pipe" });
    return success(undefined);
  } catch (error) {
    return refused(path, error);
  }
}

function refused(path: string, error: unknown) {
  const because = error instanceof Error ? error.message.split("\n")[0] : String(error);
  return failure("FIFO_REFUSED", `Cannot open the FIFO "${path}": ${because}`);
}

class LinuxFifo implements NotifyFifo {
  lost = 0;
  readonly #fd: number;
  readonly #waiting: Buffer[] = [];
  #retry: NodeJS.Timeout | undefined;
  #open = true;

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(line: string): void {
    if (!this.#open) return;
    if (this.#waiting.length === LINES_MAX) {
      this.#waiting.shift();
      this.lost++;
    }
    this.#waiting.push(Buffer.from(`${line}\n`));
    this.#drain();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#retry);
    closeSync(this.#fd);
  }

  /** A line of up to PIPE_BUF bytes, which is 4096, goes whole or not at all (pipe(7)). */
  #drain(): void {
    clearTimeout(this.#retry);
    for (;;) {
      const line = this.#waiting[0];
      if (line === undefined) return;
      try {
        const written = writeSync(this.#fd, line);
        if (written === line.length) this.#waiting.shift();
        else this.#waiting[0] = line.subarray(written);
      } catch {
        break;
      }
    }
    this.#retry = setTimeout(() => this.#drain(), RETRY_MS);
    this.#retry.unref();
  }
}
