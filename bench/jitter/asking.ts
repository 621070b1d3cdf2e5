/**
 * `node asking.ts SOCKET`: asks a daemon for its listing and changes a weight, by turns and as fast
 * as it answers, until SIGTERM. Then it writes as JSON how often, and what was refused.
 */
import { describeFault } from "../../src/base/fault.ts";
import { DirectorClient } from "../../src/daemon/api/client.ts";
import type { Operation } from "../../src/state/rule.ts";
import { SERVICE } from "./settings.ts";

export interface Asked {
  readonly listings: number;
  readonly changes: number;
  readonly refused: readonly string[];
}

/** A service of its own: those of the configuration the daemon would put right again. */
const OWN = { ...SERVICE, port: 81 };
const SERVER = { address: "10.2.255.1", port: 81 };

const client = new DirectorClient(process.argv[2]!);
const asked = { listings: 0, changes: 0, refused: [] as string[] };
let asks = true;
process.once("SIGTERM", () => {
  asks = false;
});

async function change(operation: Operation): Promise<void> {
  const applied = await client.apply([operation]);
  asked.changes++;
  if (!applied.ok) asked.refused.push(describeFault(applied.fault));
}
