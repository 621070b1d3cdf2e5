/**
 * `node asking.ts SOCKET`: has a daemon list its rules and change a weight, both again and again as
 * fast as it answers, until SIGTERM. Then it writes as JSON how often, and what was refused.
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

function server(kind: "add-server" | "edit-server", weight: number): Operation {
  const options = { method: "tun", weight, upperThreshold: 0, lowerThreshold: 0 } as const;
  return { kind, service: OWN, server: SERVER, options };
}

async function changeAgainAndAgain(): Promise<void> {
  const options = { scheduler: "rr", onePacket: false, schedulerFlags: 0 };
  await change({ kind: "add-service", service: OWN, options });
  await change(server("add-server", 1));
  for (let n = 1; asks; n++) await change(server("edit-server", 1 + (n % 100)));
  await change({ kind: "delete-service", service: OWN });
}

async function listAgainAndAgain(): Promise<void> {
  while (asks) {
    const listing = await client.list();
    asked.listings++;
    if (!listing.ok) asked.refused.push(describeFault(listing.fault));
  }
}

await Promise.all([changeAgainAndAgain(), listAgainAndAgain()]);
process.stdout.write(JSON.stringify(asked));
