/** Files of real users, with their errors: what they mean, and what is found in them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { InstanceSettings } from "../../src/cluster/settings.ts";
import { readText } from "../../src/config/testing/read-text.ts";

const FOLDER = new URL("./configs/", import.meta.url);

interface Meaning {
  /** "NAME INTERFACE ROUTER PRIORITY STATE PASSWORD ADDRESSES TRACKS" */
  readonly instances: readonly string[];
  /** "NAME INTERVAL TIMEOUT WORDS": seconds, and the words with "," between them. */
  readonly scripts?: readonly string[];
  readonly virtualServers?: readonly string[];
  readonly findings?: readonly string[];
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  "01.conf": { instances: ["marster eth0 51 100 master s3cret 172.21.0.201/32 -"] },
  "02.conf": {
    instances: ["RH_1 eth0 50 100 master s3cretpa 192.168.99.200/32 -"],
    // The block's brace is missing, so that nothing stands in it.
    findings: ["23 VIRTUAL_SERVER_WITHOUT_SERVERS"],
  },
  "03.conf": {
    instances: ["VI_1 ETH 51 100 master s3cr - -"],
  },
  "04.conf": {
    instances: ["VI_1 enp0s3 15 255 master - 192.168.1.50/24 -"],
    findings: ["24 NO_SUCH_SCRIPT"],
  },
  "05.conf": {
    instances: [
      "VIP_API bond0 51 200 master s3cr 172.16.16.103/24 chk_haproxy*2",
      "VIP_INGRESS bond0 52 200 master s3cr 172.16.16.104/24 chk_haproxy*2",
    ],
    scripts: ["chk_haproxy 2 2 killall,-0,haproxy"],
  },
  "06.conf": {
    instances: ["VI_1 ens33 51 100 backup s3cretp 192.168.207.159/24 keepalived_check*1"],
    scripts: ["keepalived_check 1 1 /etc/keepalived/keepalived_check.sh"],
  },
  "07.conf": {
    instances: ["VI_1 eth0 51 100 master s3cretpa - -"],
  },
  "08.conf": {
    instances: [],
    scripts: ["keepalived_check 1 5 /etc/keepalived/goLeader"],
  },
  "09.conf": {
    instances: ["VI_1 ens3 51 254 backup - - chk_haproxy*0"],
  },
  "10.conf": {
    instances: ["VI_1 eth0 130 160 master s3cret 10.10.18.25/24 -"],
    virtualServers: ["10.10.18.25 5060 rr 50 nat: 1060 2060 3060"],
  },
  "11.conf": {
    instances: ["VI_1 ens192 67 150 master s3cretpa 10.119.77.240/22 chk_haproxy*2"],
    scripts: ["chk_haproxy 2 2 killall,-0,haproxy"],
  },
  "12.conf": {
    instances: [],
    scripts: ["chk_haproxy 2 2 ss,-ltn,|,grep,:::80 "],
    findings: ["2 SHELL_WORDS"],
  },
  "13.conf": {
    instances: ["VI_1 enp0s3 151 255 master s3cretpa 192.168.1.20/24 check_apiserver*-2"],
    scripts: ["check_apiserver 3 3 /etc/keepalived/check_apiserver.sh"],
  },
  "14.conf": {
    // "PASS;" is no kind of authentication.
    instances: [
      "VI_K8S_HA eth0 100 255 master - 192.168.1.100/24,192.168.1.200/24 check_haproxy*2",
    ],
    scripts: ["check_haproxy 2 2 killall,-0,haproxy"],
  },
  "15.conf": {
    instances: [],
    scripts: ["chk_haproxy 1 1 iptables,-L,-n,-t,nat|,grep,{{CHECK_PORT}}"],
    findings: ["9 SHELL_WORDS"],
  },
};

function instanceText(instance: InstanceSettings): string {
  const addresses = instance.addresses.map(({ address, prefix }) => `${address}/${prefix}`);
  const tracks = instance.tracks.map(({ name, weight }) => `${name}*${weight}`);
  return [
    instance.name,
    instance.interface,
    instance.router,
    instance.priority,
    instance.startState,
    instance.password ?? "-",
    addresses.join(",") || "-",
    tracks.join(",") || "-",
  ].join(" ");
}

function meaningOf(text: string): Required<Meaning> {
  const { configuration, findings } = readText(text);
  return {
    instances: configuration.instances.map(instanceText),
    scripts: configuration.scripts.map(({ name, interval, timeout, script }) => {
      return `${name} ${interval / 1e6} ${timeout / 1e6} ${script.words.join(",")}`;
    }),
    virtualServers: configuration.virtualServers.map((server) => {
      const { title, scheduler, persistence, servers } = server;
      const ports = servers.map(({ port }) => port).join(" ");
      return `${title} ${scheduler} ${persistence?.seconds} ${servers[0]?.method}: ${ports}`;
    }),
    findings: findings.map(({ code, place }) => `${place.line} ${code}`),
  };
}

test("every file has its meaning", () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith(".conf"));
  assert.deepEqual(files.sort(), Object.keys(MEANINGS));
});

for (const [file, meaning] of Object.entries(MEANINGS)) {
  test(`${file} means what its words say`, () => {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    const nothing = { scripts: [], virtualServers: [], findings: [] };
    assert.deepEqual(meaningOf(text), { ...nothing, ...meaning });
  });
}
