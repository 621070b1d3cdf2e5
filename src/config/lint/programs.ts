import type { Script } from "../../base/script.ts";
import type { Reporter } from "../findings/reporter.ts";
import type { Loaded } from "../load.ts";
import { splitCommand } from "../read/values.ts";
import type { Statement, Word } from "../tree.ts";
import type { Host } from "./host.ts";
import { lastStatement } from "./places.ts";

/** Words that name a program, whose user stands behind it. */
const NOTIFIERS =
  /^(?:notify(?!_fifo$|_priority)|quorum_|startup_script$|shutdown_script$|\w+_fifo_script$)/;
/** Words that name one whose user is a statement of its own. */
const COMMANDS = ["script", "misc_path"];

/** The code and the cure of each fault that a program may have. */
const CODES = {
  SCRIPT_MISSING: "PROGRAM_MISSING",
  SCRIPT_NOT_EXECUTABLE: "PROGRAM_NOT_EXECUTABLE",
  SCRIPT_INSECURE: "PROGRAM_WRITABLE",
  USER_UNKNOWN: "PROGRAM_USER",
} as const;

/** Programs that cannot be run as they are, and programs of root that others may change. */
export function lintPrograms(
  { tree, configuration }: Loaded,
  host: Host,
  reporter: Reporter,
): void {
  let first: Word | undefined;
  for (const { word, script } of programsIn(tree.statements)) {
    const checked = host.check(script);
    if (checked.ok) {
      first ??= word;
      continue;
    }
    const { code, message, fix } = checked.fault;
    if (!Object.hasOwn(CODES, code)) continue;
    reporter.warn(CODES[code as keyof typeof CODES], word, `${message}.`, sentence(fix ?? ""));
  }
  if (first === undefined || configuration.globals.scriptSecurity) return;
  reporter.warn(
    "SCRIPT_SECURITY",
    first,
    "Programs are run, and global_defs has no enable_script_security.",
    "Add enable_script_security, and script_user with a user for them.",
  );
}

function programsIn(
  statements: readonly Statement[],
): readonly { readonly word: Word; readonly script: Script }[] {
  return statements.flatMap(({ keyword, arguments: words, block }) => {
    if (block !== undefined) return programsIn(block);
    const [word, ...after] = words;
    const isCommand = COMMANDS.includes(keyword.text);
    if (word === undefined || !(isCommand || NOTIFIERS.test(keyword.text))) return [];
    const user = isCommand ? lastStatement(statements, "user")?.arguments : after;
    const [name, group] = user ?? [];
    const script: Script = {
      words: splitCommand(word.text),
      ...(name === undefined ? {} : { user: name.text }),
      ...(group === undefined ? {} : { group: group.text }),
    };
    return script.words.length === 0 ? [] : [{ word, script }];
  });
}

function sentence(text: string): string {
  return text === "" ? text : `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
