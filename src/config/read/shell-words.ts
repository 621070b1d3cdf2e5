import type { Script } from "../../base/script.ts";
import { type Block, statementsOf } from "./block.ts";
import type { Findings } from "./findings.ts";

/** What only a shell makes something of: pipes, lists and redirections. */
const SHELL = /^(?:[|&;<>]+|\d?>.*|.*[|;])$/;

/** Finds a command line that is meant for a shell, as no shell reads it. */
export function findShellWords(
  block: Block,
  name: string,
  script: Script,
  findings: Findings,
): void {
  const shell = script.words.find((word) => SHELL.test(word));
  const command = statementsOf(block, name).at(-1)?.arguments[0];
  if (shell === undefined || command === undefined) return;
  findings.warn(
    "SHELL_WORDS",
    command,
    `No shell reads this, so that "${shell}" is an argument of ${script.words[0]}.`,
    "Put the command line into a file that begins with #!/bin/sh, and name that file.",
  );
}
