import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { failure, type Result, success } from "../../../base/fault.ts";
import type { Script } from "../../../base/script.ts";
import type { ScriptSettings } from "../../scripts.ts";
import type { Owner, Owners } from "./owner.ts";
import { writableBy } from "./writable.ts";

/** A script with all that it takes to start it. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly owner: Owner;
}

/** Where programs without a path are looked for, and all of the PATH that scripts get. */
export const FOLDERS = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/**
 * What a script of the configuration comes to on this host. The words are arguments as they stand:
 * keepalived 2.2.7 calls execve(2) with them too, so that in `script "ss | grep x"` the bar is an
 * argument of ss and no pipe. Whoever wants a shell names one: `script "/bin/sh -c 'ss | grep x'"`.
 *
 * Faults: SCRIPT_MISSING, SCRIPT_NOT_EXECUTABLE, SCRIPT_INSECURE, USER_UNKNOWN.
 */
export function programOf(
  script: Script,
  settings: ScriptSettings,
  owners: Owners,
): Result<Program> {
  const [word = "", ...args] = script.words;
  const owner = owners.find(script, settings);
  if (!owner.ok) return owner;
  const file = find(word);
  if (file === undefined) {
    const fix = "name it with its whole path, and see that it is there";
    return failure("SCRIPT_MISSING", `There is no program "${word}"`, fix);
  }
  if (!isExecutable(file)) {
    const fix = `run \`chmod +x ${file}\``;
    return failure("SCRIPT_NOT_EXECUTABLE", `"${file}" cannot be executed`, fix);
  }
  const place = settings.security && owner.value.uid === 0 ? writableBy(file) : undefined;
  if (place === undefined) return success({ file, args, owner: owner.value });
  return failure(
    "SCRIPT_INSECURE",
    `"${file}" is not run as root, because ${place.who} may change "${place.path}"`,
    `give "${place.path}" to root with mode 0755, or name a user for the script`,
  );
}

function find(word: string): string | undefined {
  const candidates = word.includes("/") ? [word] : FOLDERS.map((folder) => join(folder, word));
  if (word === "" || (word.includes("/") && !isAbsolute(word))) return undefined;
  return candidates.find(isFile);
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** By anybody: for root access(2) says so of every file with one x. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
