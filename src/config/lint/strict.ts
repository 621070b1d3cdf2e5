import type { Reporter } from "../findings/reporter.ts";
import type { Loaded } from "../load.ts";
import type { Statement, Word } from "../tree.ts";
import { lastStatement, placedInstances } from "./places.ts";

const PASSWORD_BYTES = 8;
const OWNER = 255;

/**
 * vrrp_strict beside what it forbids: keepalived.conf(5), vrrp_strict. That it forbids passwords is
 * said where the password is read.
 */
export function lintStrict(loaded: Loaded, reporter: Reporter): void {
  const globals = loaded.tree.statements.filter(({ keyword }) => keyword.text === "global_defs");
  const everywhere = lastStatement(
    globals.flatMap(({ block = [] }) => block),
    "vrrp_strict",
  );
  for (const { settings, statement } of placedInstances(loaded)) {
    const strict = lastStatement(statement.block, "strict_mode") ?? everywhere;
    if (strict === undefined || isOff(strict)) continue;
    if (settings.peers.length > 0) leftIn(strict.keyword, settings.name, reporter);
    const state = lastStatement(statement.block, "state")?.arguments[0];
    if ((settings.startState === "master") !== (settings.priority === OWNER)) {
      reporter.warn(
        "STRICT_STATE",
        state ?? statement.keyword,
        `In strict mode MASTER and priority 255 go together, and ${settings.name} has only one.`,
        "Use priority 255 with state MASTER, and less with state BACKUP.",
      );
    }
  }
}

/** RFC 2338 section 5.3.6.2: eight bytes. */
export function lintPasswords({ tree }: Loaded, reporter: Reporter): void {
  for (const { keyword, block } of tree.statements) {
    if (keyword.text !== "vrrp_instance") continue;
    const authentication = lastStatement(block, "authentication");
    const word = lastStatement(authentication?.block, "auth_pass")?.arguments[0];
    if (word === undefined) continue;
    const bytes = new TextEncoder().encode(word.text).length;
    if (bytes > PASSWORD_BYTES) passwordCut(word, bytes, reporter);
  }
}

function leftIn(word: Word, instance: string, reporter: Reporter): void {
  reporter.warn(
    "STRICT_LEFT_IN",
    word,
    `${word.text} forbids the unicast_peer that ${instance} has.`,
    `Take ${word.text} out, unless you need its rules.`,
  );
}

function passwordCut(word: Word, bytes: number, reporter: Reporter): void {
  reporter.warn(
    "PASSWORD_CUT",
    word,
    `The password has ${bytes} bytes, of which the first ${PASSWORD_BYTES} count.`,
    `Use ${PASSWORD_BYTES} at most, the same on all nodes.`,
  );
}

function isOff({ arguments: [word] }: Statement): boolean {
  return ["off", "false", "no"].includes(word?.text ?? "");
}
