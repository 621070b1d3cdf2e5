import type { Script } from "../../base/script.ts";
import type { Statement } from "../tree.ts";
import { type Block, lastOf, statementsOf, textOf } from "./block.ts";
import { splitCommand } from "./values.ts";

/** A program to be told of something: `notify_master "/path args" [user [group]]`. */
export function notifierOf(block: Block, names: string): Script | undefined {
  return lastOf(block, names, notifier);
}

function notifier({ arguments: [command, user, group] }: Statement): Script | undefined {
  const words = splitCommand(command?.text ?? "");
  return words.length === 0 ? undefined : scriptOf(words, user?.text, group?.text);
}

/**
 * A program of which `user USER [GROUP]` is a statement of its own. Its arguments are in its
 * quotes: keepalived drops the words after them.
 */
export function commandOf(block: Block, names: string): Script | undefined {
  const words = splitCommand(textOf(block, names) ?? "");
  if (words.length === 0) return undefined;
  const [user, group] = statementsOf(block, "user").at(-1)?.arguments ?? [];
  return scriptOf(words, user?.text, group?.text);
}

function scriptOf(words: readonly string[], user?: string, group?: string): Script {
  return {
    words,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  };
}
