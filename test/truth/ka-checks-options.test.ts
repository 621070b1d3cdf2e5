/** Virtual servers of keepalived.conf against the IPVS table that keepalived 2.2.7 made of them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { save } from "../../src/cli/ipvsadm/save.ts";
import { readConfiguration } from "../../src/config/read/read-configuration.ts";
import { plainTree } from "../../src/config/testing/plain-tree.ts";
import { NO_COUNTERS } from "../../src/state/counters.ts";
import { desiredServices } from "../../src/state/desired.ts";
import type { ListedService } from "../../src/state/listing.ts";
import { type Service, socketAddress } from "../../src/state/rule.ts";
import { parseTranscript } from "./transcript.ts";

const SECTION = "C39. ipvs table made for many options";
const FILE = new URL("./ka-checks.txt", import.meta.url);
const STEPS = parseTranscript(readFileSync(FILE, "utf8")).filter(
  ({ section }) => section === SECTION,
);

function printed(command: string): string {
  const step = STEPS.find((candidate) => candidate.command === command);
  assert.ok(step !== undefined, command);
  return step.stdout;
}

const { configuration, findings } = readConfiguration(plainTree(printed("cat /tmp/1.conf")));
const SERVICES = desiredServices(
  configuration.virtualServers.map((settings) => ({ settings, servers: settings.servers })),
);

function listed(service: Service): ListedService {
  const counted = { counters: NO_COUNTERS, rates: NO_COUNTERS };
  const servers = service.servers.map((server) => {
    return { ...server, ...counted, active: 0, inactive: 0, persistent: 0 };
  });
  return { ...service, ...counted, servers };
}

test("all options come to the table that keepalived makes", async () => {
  const services = Array.from(SERVICES.values(), listed);
  const ours = await save(services, async (address, port) => socketAddress(address, port));
  // ipvsadm -S loses thresholds, which the next test holds.
  assert.equal(ours.replaceAll(/ -[xy] \d+/g, ""), printed("ipvsadm -Sn"));
});

test("the thresholds are those that ipvsadm lists", () => {
  const [server] = SERVICES.get("mark 7")!.servers;
  const line = printed("ipvsadm -Ln --thresholds").split("\n").at(-2);
  assert.match(line!, /-> 192\.168\.150\.11:0 +100 +50 /);
  assert.deepEqual([server!.upperThreshold, server!.lowerThreshold], [100, 50]);
});

test("a quorum out of reach is found as keepalived finds it", () => {
  const { stderr } = STEPS.find(({ command }) => command.startsWith("keepalived -t"))!;
  assert.match(
    stderr,
    /quorum 1 for \[192\.168\.150\.120\]:udp:53 exceeds .* reducing quorum to 0/,
  );
  assert.deepEqual(
    findings.map(({ code, place }) => `${place.line} ${code}`),
    ["27 QUORUM_OUT_OF_REACH"],
  );
  assert.equal(configuration.virtualServers[2]?.quorum, 0);
});
