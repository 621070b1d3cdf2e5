/** The keepalived.conf of the lecture, as it stands: what all of it means. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Configuration } from "../../src/config/configuration.ts";
import { readConfiguration } from "../../src/config/read/read-configuration.ts";
import { plainTree } from "../../src/config/testing/plain-tree.ts";
import type { RealServerSettings } from "../../src/health/settings.ts";

const TEXT = readFileSync(new URL("./lecture-keepalived.conf", import.meta.url), "utf8");
const SECOND = 1_000_000;

function webServer(address: string): RealServerSettings {
  return {
    address,
    port: 80,
    method: "dr",
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    checks: [
      {
        target: { address, port: 80, connectTimeout: 5 * SECOND },
        timing: {
          delayLoop: 5 * SECOND,
          retry: 2,
          delayBeforeRetry: 3 * SECOND,
          warmup: 5 * SECOND,
        },
        conversation: {
          kind: "http",
          tls: false,
          urls: [
            {
              path: "/",
              statusCodes: [{ from: 200, to: 200 }],
              regexOptions: [],
              regexMustNotMatch: false,
            },
          ],
          version: "1.0",
          fastRecovery: false,
        },
        alpha: false,
        logsAllFailures: false,
      },
    ],
    inhibitOnFailure: false,
    alpha: false,
    mails: true,
  };
}

const MEANING: Configuration = {
  globals: {
    routerId: "LVS_DEVEL",
    mail: {
      to: ["acassen@firewall.loc", "failover@firewall.loc", "sysadmin@firewall.loc"],
      from: "Alexandre.Cassen@firewall.loc",
      server: { host: "192.168.200.1", port: 25 },
      connectTimeout: 30 * SECOND,
    },
    fifos: {},
    scriptSecurity: false,
    flush: false,
    flushOnStop: false,
    startupDelay: 0,
    initialNotifies: false,
  },
  instances: [
    {
      name: "VI_1",
      family: 4,
      version: 2,
      interface: "enp0s3",
      router: 51,
      startState: "master",
      priority: 100,
      advertInterval: SECOND,
      preempt: true,
      preemptDelay: 0,
      peers: [],
      checkUnicastSource: false,
      unicastTtl: 255,
      group: "224.0.0.18",
      password: "1111",
      checksumWithoutPseudoHeader: false,
      addresses: [{ address: "192.168.1.100", prefix: 24, device: "enp0s3", label: "enp0s3:3" }],
      excluded: [],
      routes: [],
      acceptMode: true,
      lowerPriorityNoAdvert: false,
      higherPrioritySendsAdvert: false,
      downTimerAdverts: 3,
      skipAddressCheck: false,
      garp: {
        repeat: 5,
        delay: 5 * SECOND,
        refresh: 0,
        refreshRepeat: 1,
        lowerPriorityDelay: 5 * SECOND,
        lowerPriorityRepeat: 5,
        arpInterval: 0,
        naInterval: 0,
      },
      tracks: [],
      ignoresOwnInterface: false,
      notify: {},
      mails: false,
      notifiesPriority: false,
    },
  ],
  groups: [],
  scripts: [],
  files: [],
  processes: [],
  virtualServers: [
    {
      services: [{ kind: "address", protocol: "tcp", address: "192.168.1.100", port: 80 }],
      title: "192.168.1.100 80",
      scheduler: "rr",
      schedulerFlags: 0,
      onePacket: false,
      servers: [webServer("192.168.1.24"), webServer("192.168.1.26")],
      quorum: 1,
      hysteresis: 0,
      alpha: false,
      omega: false,
      haSuspend: false,
      mails: false,
    },
  ],
  staticAddresses: [],
  staticRoutes: [],
};

test("the lecture's configuration means what the lecture says", () => {
  const { configuration, findings } = readConfiguration(plainTree(TEXT));
  assert.deepEqual(configuration, MEANING);
  // nat_mask and persistence_timeout 0 are found by who checks words and values.
  assert.deepEqual(findings, []);
});
