import type { Director } from "../../daemon/api/director.ts";
import { parseCommandLine } from "./command-line.ts";
import type { Io } from "./io.ts";
import {
  type Ending,
  EXIT,
  endingOfOperation,
  endingOfUsage,
  NO_SYNC_DAEMON,
  NOT_ROOT,
  SYNC_NOT_SUPPORTED,
} from "./messages.ts";
import type { Request } from "./request.ts";

/**
 * The command line of ipvsadm 1.31 over Weir's director: its messages, output and exit statuses.
 * Where it differs is in docs/ipvsadm.md. Without arguments it lists, as ipvsadm does.
 *
 * @returns the exit status
 */
export async function ipvsadm(
  args: readonly string[],
  io: Io,
  director: Director,
): Promise<number> {
  // ipvsadm opens its netlink socket before it reads its arguments: even --help needs root.
  if (!io.isRoot) return end(io, NOT_ROOT);
  const parsed = await parseCommandLine(args.length === 0 ? ["-L"] : args, io.resolver);
  return parsed.ok ? run(parsed.value, io, director) : end(io, endingOfUsage(parsed.fault));
}

/** What only some commands need is loaded for them alone: a script runs -e a thousand times. */
async function run(request: Request, io: Io, director: Director): Promise<number> {
  switch (request.kind) {
    case "change": {
      const { operation } = request;
      const applied = await director.apply([operation]);
      return applied.ok ? EXIT.done : end(io, endingOfOperation(operation.kind, applied.fault));
    }
    case "list":
    case "save": {
      const { show } = await import("./show.ts");
      const shown = await show(request, io, director);
      if (!shown.ok) return end(io, shown.ending);
      io.stdout(shown.text);
      return EXIT.done;
    }
    case "restore": {
      const { restore } = await import("./restore.ts");
      return restore(io, director);
    }
    case "start-daemon":
      return end(io, SYNC_NOT_SUPPORTED);
    case "stop-daemon":
      return end(io, NO_SYNC_DAEMON);
    case "help":
    case "version": {
      const { HELP_TEXT, VERSION_TEXT } = await import("./help.ts");
      io.stdout(request.kind === "help" ? HELP_TEXT : VERSION_TEXT);
      return EXIT.done;
    }
  }
}

function end(io: Io, ending: Ending): number {
  io.stderr(`${ending.text}\n`);
  return ending.status;
}
