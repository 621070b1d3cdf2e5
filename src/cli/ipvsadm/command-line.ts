import { failure, type Result, success } from "../../base/fault.ts";
import { type Draft, newDraft, useOption } from "./draft.ts";
import { checkCommand } from "./legality.ts";
import { TRY_HELP } from "./messages.ts";
import { type Met, Scanner } from "./popt.ts";
import { READERS, readPersistence, readTimeout } from "./read-option.ts";
import type { Request } from "./request.ts";
import { requestOf } from "./request-of.ts";
import type { Resolver } from "./resolver.ts";

type MetWord = Extract<Met, { kind: "word" }>;

/**
 * Reads the arguments of one ipvsadm command. The command comes first, its options in any order
 * after it.
 *
 * Faults: USAGE for words that are wrong, BAD_OPTION for what popt(3) refuses, TRY_HELP where no
 * command is found.
 */
export async function parseCommandLine(
  args: readonly string[],
  resolver: Resolver,
): Promise<Result<Request>> {
  const scanner = new Scanner(args);
  const first = scanner.next();
  if (first.kind !== "word" || first.word.command === undefined) return TRY_HELP;
  const draft = newDraft(first.word.command);
  if (draft.command === "help" || draft.command === "version") {
    return success({ kind: draft.command });
  }
  const role = readRole(draft, first);
  if (!role.ok) return role;
  const options = await readOptions(draft, scanner, resolver);
  if (!options.ok) return options;
  const plain = readPlain(draft, scanner.plain);
  if (!plain.ok) return plain;
  const legal = checkCommand(draft.command, draft.used);
  return legal.ok ? requestOf(draft) : legal;
}

async function readOptions(
  draft: Draft,
  scanner: Scanner,
  resolver: Resolver,
): Promise<Result<true>> {
  for (let met = scanner.next(); met.kind !== "end"; met = scanner.next()) {
    if (met.kind === "error") return failure("BAD_OPTION", `${met.text}: ${met.problem}`);
    const { word, value } = met;
    if (word.command !== undefined) return failure("USAGE", `invalid option \`${met.text}'`);
    if (word.option !== undefined) {
      const used = useOption(draft, word.option);
      if (!used.ok) return used;
    }
    const reading =
      word.option === "persistent"
        ? readPersistence(draft, value)
        : READERS[word.long]?.(draft, value ?? "", resolver);
    // Only names of hosts take time; a restore of numbers has none.
    const read = reading instanceof Promise ? await reading : reading;
    if (read?.ok === false) return read;
  }
  return success(true);
}

/** The argument of --start-daemon and --stop-daemon; the two messages differ in ipvsadm itself. */
function readRole(draft: Draft, first: MetWord): Result<true> {
  if (draft.command !== "start-daemon" && draft.command !== "stop-daemon") return success(true);
  if (first.value === "master" || first.value === "backup") {
    draft.role = first.value;
    return success(true);
  }
  return failure(
    "USAGE",
    draft.command === "start-daemon"
      ? "illegal start-daemon parameter specified"
      : "illegal start_daemon specified",
  );
}

/** Arguments that belong to no option: the three of --set, and nothing else. */
function readPlain(draft: Draft, plain: readonly string[]): Result<true> {
  const rest = [...plain];
  if (draft.command === "set") {
    const three = rest.splice(0, 3);
    if (three.length < 3) return failure("USAGE", "--set option requires 3 timeout values");
    const seconds: number[] = [];
    for (const text of three) {
      const read = readTimeout(text, 0);
      if (!read.ok) return read;
      seconds.push(read.value);
    }
    draft.timeouts = { tcp: seconds[0]!, tcpFin: seconds[1]!, udp: seconds[2]! };
  }
  if (rest.length > 0) return failure("USAGE", `unexpected argument ${rest[0]}`);
  return success(true);
}
