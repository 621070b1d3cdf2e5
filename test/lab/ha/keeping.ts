import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { daemonName, logPath, namespaceOf, socketPath, WEIR } from "../../../src/cli/lab/names.ts";
import type { InstanceCounts } from "../../../src/daemon/api/availability.ts";
import { DirectorClient } from "../../../src/daemon/api/client.ts";
import { appliedPath } from "../../../src/daemon/api/socket-path.ts";
import { readInterfaces } from "../../../src/kernel/linux/interface.ts";
import { execute, until } from "../lab.ts";
import { type Election, electionFile } from "./election.ts";
import { BACKUP, type DirectorName, type HaLab, MASTER } from "./ha-lab.ts";
import { describeTimeline, type Observer } from "./observer.ts";
import type { Answers } from "./requests.ts";
import { watchMaster } from "./sight.ts";

/** What tests of a Weir that is kept to its file ask of it, and of its host. */

/** Writes the files of both directors anew; who runs goes by them after a reload. */
export function writeFiles(ha: HaLab, election: Election): void {
  for (const host of [MASTER, BACKUP] as const) electionFile(ha.lab, ha.topology, host, election);
}

/** Both run by this election, and the watch sees that the first holds the VIP. */
export function watchElection(ha: HaLab, election: Election): Promise<Observer> {
  return watchMaster(ha, (host) => electionFile(ha.lab, ha.topology, host, election));
}

/** The rules of a director: "VIP:80 rr", and each server "VIP:80 to SERVER:80 weight 1". */
export async function rulesOf({ lab }: HaLab, host: DirectorName): Promise<string[]> {
  const listing = await new DirectorClient(socketPath(lab, host)).list();
  assert.ok(listing.ok, listing.ok ? "" : listing.fault.message);
  return listing.value.services.flatMap(({ id, scheduler, servers }) => {
    assert.equal(id.kind, "address");
    const service = `${id.address}:${id.port}`;
    const rules = servers.map(({ address, port, weight }) => {
      return `${service} to ${address}:${port} weight ${weight}`;
    });
    return [`${service} ${scheduler}`, ...rules];
  });
}

/** Waits until a director has exactly these rules, in whatever order. */
export async function untilRules(
  ha: HaLab,
  host: DirectorName,
  rules: readonly string[],
): Promise<void> {
  const wanted = rules.toSorted().join("; ");
  await until(`the rules of ${host} are ${wanted}`, async () => {
    return (await rulesOf(ha, host)).toSorted().join("; ") === wanted;
  });
}

/** The rules of the virtual server of a file, with these weights by server. */
export function rulesFor(
  { topology: { vip, port } }: HaLab,
  servers: Readonly<Record<string, number>>,
): string[] {
  const rules = Object.entries(servers).map(([address, weight]) => {
    return `${vip}:${port} to ${address}:${port} weight ${weight}`;
  });
  return [`${vip}:${port} rr`, ...rules];
}

/** The addresses of a director's own interface, as its kernel says. */
export async function addressesOf({ lab }: HaLab, host: DirectorName): Promise<string[]> {
  const interfaces = await readInterfaces(namespaceOf(lab, host));
  assert.ok(interfaces.ok);
  return interfaces.value.flatMap(({ addresses }) => addresses.map(({ address }) => address));
}

/** The only instance of a director, as it counts itself from now on: it tells every second. */
export async function countsOf({ lab }: HaLab, host: DirectorName): Promise<InstanceCounts> {
  const client = new DirectorClient(socketPath(lab, host));
  const read = async () => {
    const counts = await client.instances();
    assert.ok(counts.ok);
    return counts.value;
  };
  const before = JSON.stringify(await read());
  const [counts, ...others] = await until(`${host} counts anew`, async () => {
    const now = await read();
    return now.length > 0 && JSON.stringify(now) !== before && now;
  });
  assert.deepEqual(others, []);
  return counts!;
}

/** Ends both, and forgets what they have in the kernel and beside it. */
export async function endAndForget(ha: HaLab): Promise<void> {
  await ha.end();
  await Promise.all(
    [MASTER, BACKUP].map(async (host) => {
      const name = daemonName(ha.lab, host);
      const removed = await execute(WEIR, ["daemon", "--name", name, "--remove"]);
      assert.equal(removed.status, 0, removed.stderr);
      assert.ok(!existsSync(appliedPath(name)), "what was applied is forgotten too");
    }),
  );
}

/** What the client and the watch have seen, where it is not as it should be. */
export function story({ moments }: Observer, { failures, ...answers }: Answers): string {
  const ends = JSON.stringify([failures[0], failures.at(-1)]);
  const failed = `${failures.length} failed, the first and the last of them: ${ends}`;
  return [JSON.stringify(answers), failed, describeTimeline(moments)].join("\n");
}

/** What every daemon of a director has logged. */
export function logOf({ lab }: HaLab, host: DirectorName): string {
  return readFileSync(logPath(lab, host, "daemon"), "utf8");
}
