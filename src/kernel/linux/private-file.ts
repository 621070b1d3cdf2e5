import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** Another command may remove the folder, while it is empty, before the file is in it. */
const ATTEMPTS = 3;

/**
 * Writes a value as JSON where only its owner reads it: mode 0600 in a folder of mode 0700. Whoever
 * reads the file meanwhile finds the old text or the new one, never half of either.
 */
export function writePrivateJson(path: string, value: unknown): void {
  const draft = `${path}.${process.pid}`;
  for (let left = ATTEMPTS; ; left--) {
    makePrivateFolder(dirname(path));
    try {
      writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
      renameSync(draft, path);
      return;
    } catch (error) {
      if (left === 0 || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** Makes a folder of mode 0700, and so the folders above it where they are missing. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}

/**
 * What {@link writePrivateJson} wrote there; undefined where there is no such file or no JSON in
 * it.
 */
export function readPrivateJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Removes a file or folder with all that it holds; one that is not there is as good as removed. */
export function removePath(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Removes a folder that holds nothing; one that does, or is not there, stays as it is. */
export function removeEmptyFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Somebody else has something there.
  }
}
