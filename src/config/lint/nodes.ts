import type { Reporter } from "../findings/reporter.ts";
import type { Loaded } from "../load.ts";
import { lastStatement, placedInstances } from "./places.ts";

/** What the files of two nodes ask for that only one of them can have. */
export function lintNodes(loaded: Loaded, peer: Loaded, reporter: Reporter): void {
  for (const { settings, statement, name } of placedInstances(loaded)) {
    const rival = peer.configuration.instances.find(
      ({ router, family, startState, priority }) =>
        router === settings.router &&
        family === settings.family &&
        priority === settings.priority &&
        startState === "master",
    );
    if (rival === undefined || settings.startState !== "master") continue;
    reporter.warn(
      "BOTH_MASTER",
      lastStatement(statement.block, "state")?.arguments[0] ?? name,
      `Both nodes start virtual router ${settings.router} as MASTER with priority ` +
        `${settings.priority}.`,
      "Give one node state BACKUP and a lower priority.",
    );
  }
}
