import { Command, CommanderError } from "commander";
import { failure, type Result, success } from "../../base/fault.ts";
import type { Configuration, MarkOperation, MarkRequest } from "../../daemon/api/configuration.ts";
import { ruleOf, withRuleOptions } from "./rule.ts";

/**
 * The rules of an input, one a line as `weir mark save` writes them, in the place of all that there
 * are. Of a bad input nothing is applied, and its first bad line is named.
 */
export async function restoreMarks(text: string, daemon: Configuration): Promise<Result<string>> {
  const operations: MarkOperation[] = [{ kind: "clear" }];
  const lines = [0];
  for (const [at, line] of text.split("\n").entries()) {
    const words = line.replace(/^\s*#.*/, "").match(/\S+/g);
    if (words === null) continue;
    const rule = readRule(words);
    if (!rule.ok) return onLine(at + 1, rule.fault);
    operations.push({ kind: "add", rule: rule.value });
    lines.push(at + 1);
  }
  const applied = await daemon.changeMarks(operations);
  if (applied.ok) return success("");
  return onLine(lines[applied.operation]!, applied.fault);
}

function readRule(words: readonly string[]): Result<MarkRequest> {
  const read: MarkRequest[] = [];
  const command = withRuleOptions(new Command())
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .action((mark, options) => void read.push(ruleOf(mark, options)));
  try {
    command.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return failure("USAGE", error.message.replace(/^error: /, ""));
  }
  return success(read[0]!);
}

/** Line 0 is the daemon's own trouble. */
function onLine(
  line: number,
  { code, message, fix }: { code: string; message: string; fix?: string },
) {
  return failure(code, line === 0 ? message : `line ${line}: ${message}`, fix);
}
