import { execFileSync } from "node:child_process";
import { failure, type Result, success } from "../../../base/fault.ts";
import type { ScriptSettings } from "../../scripts.ts";

/** Whom a program runs as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
}

/** The user that keepalived.conf(5) takes where nothing names one, if there is such a user. */
const DEFAULT_USER = "keepalived_script";
const GETENT_MS = 5000;

/**
 * Users and groups by name, as this host's name services know them (getent(1)); each is asked for
 * once.
 */
export class Owners {
  readonly #found = new Map<string, string[] | undefined>();

  /** Faults: USER_UNKNOWN. */
  find(wanted: { user?: string; group?: string }, settings: ScriptSettings): Result<Owner> {
    // A group without a user is that of the default, as the words of script_user go together.
    const named = wanted.user === undefined ? settings : wanted;
    const user = named.user ?? this.#default(settings);
    const passwd = this.#ask("passwd", user);
    if (passwd === undefined) return unknown("user", user);
    const gid = named.group === undefined ? passwd[3] : this.#ask("group", named.group)?.[2];
    if (gid === undefined) return unknown("group", named.group ?? "");
    return success({
      uid: Number(passwd[2]),
      gid: Number(gid),
      name: passwd[0]!,
      home: passwd[5] ?? "/",
    });
  }

  /** Script security takes root only where somebody has named it, as keepalived 2.2.7 does. */
  #default({ security }: ScriptSettings): string {
    return security || this.#ask("passwd", DEFAULT_USER) !== undefined ? DEFAULT_USER : "root";
  }

  /** The fields of passwd(5) or group(5). */
  #ask(database: "passwd" | "group", key: string): string[] | undefined {
    const at = `${database} ${key}`;
    if (!this.#found.has(at)) this.#found.set(at, entryOf(database, key));
    return this.#found.get(at);
  }
}

function entryOf(database: string, key: string): string[] | undefined {
  try {
    const options = { encoding: "utf8", timeout: GETENT_MS, stdio: "pipe" } as const;
    return execFileSync("getent", [database, "--", key], options).trim().split(":");
  } catch {
    return undefined;
  }
}

function unknown(kind: string, name: string) {
  const fix = `make it with \`${kind}add --system ${name}\`, or name another in the configuration`;
  return failure("USER_UNKNOWN", `There is no ${kind} "${name}" for scripts to run as`, fix);
}
