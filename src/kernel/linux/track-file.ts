import { closeSync, constants, openSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { failure, type Result, success } from "../../base/fault.ts";
import type { Watch } from "../tracking.ts";

/**
 * Reading a few bytes so often costs less than a watch that also has to follow the folder, renamed
 * files and file systems that tell nothing.
 */
const PERIOD_MS = 250;
/** More than any number has. */
const BYTES_MAX = 64;
const LARGEST = 2 ** 31 - 1;

/** Tells the number that a file begins with whenever it is another. */
export function watchTrackFile(path: string, changed: (value: number | undefined) => void): Watch {
  let before: number | undefined | "unknown" = "unknown";
  let timer: NodeJS.Timeout | undefined;
  let watching = true;
  const look = async () => {
    const value = await readNumber(path);
    if (!watching) return;
    timer = setTimeout(look, PERIOD_MS);
    if (value === before) return;
    before = value;
    changed(value);
  };
  void look();
  return {
    close() {
      watching = false;
      clearTimeout(timer);
    },
  };
}

/** Without blocking this thread, however long a network file system takes, or a FIFO. */
async function readNumber(path: string): Promise<number | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BYTES_MAX), 0, BYTES_MAX, null);
      const found = /^\s*[+-]?[0-9]+(?![0-9.])/.exec(buffer.toString("latin1", 0, bytesRead));
      return found === null ? undefined : clip(Number(found[0]));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

function clip(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

/** Faults: FILE_REFUSED. */
export function writeTrackFile(path: string, value: number, overwrites: boolean): Result<void> {
  // A link that somebody has put there leads nowhere (open(2) O_NOFOLLOW and O_EXCL).
  const { O_WRONLY, O_CREAT, O_TRUNC, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_CREAT | O_NONBLOCK | (overwrites ? O_TRUNC | O_NOFOLLOW : O_EXCL);
  try {
    const fd = openSync(path, flags, 0o644);
    writeSync(fd, `${value}\n`);
    closeSync(fd);
    return success(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && !overwrites) return success(undefined);
    return failure("FILE_REFUSED", `Cannot write the tracked file "${path}": ${message}`);
  }
}
