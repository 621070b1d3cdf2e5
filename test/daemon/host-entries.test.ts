import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { onHost } from "./host.ts";

/** What a configuration gives to the host itself, by a real daemon on a real kernel. */

const PATIENCE_MS = 20_000;
const folder = mkdtempSync(join(tmpdir(), "weir-entries-"));
after(() => rmSync(folder, { recursive: true }));
const FILE = join(folder, "weir.conf");

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !holds(); await sleep(50)) {
    assert.ok(Date.now() < end, what);
  }
}

/** A program that leaves a file of its name behind. */
function program(name: string, first = ""): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${first}\ntouch ${path}.done\n`);
  chmodSync(path, 0o755);
  return path;
}

const electionWith = (routes: string) => `
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  priority 200
  version 3
  advert_int 0.1
  virtual_ipaddress {
    10.9.0.100/24
  }
  virtual_routes {
    ${routes}
  }
}`;

const STATIC = `
static_ipaddress {
  10.7.0.1/24 dev eth0
}
static_routes {
  10.77.0.0/16 via 10.7.0.254
}`;

test("static entries are there while the daemon runs, and routes while it is master", () =>
  onHost(async (host) => {
    const routes = () => host.show("route", "show", "table", "all", "proto", "keepalived");
    const has = (destination: string) => routes().includes(destination);
    const tracked = "10.88.0.0/16 via 10.9.0.254 src 10.9.0.100";
    const untracked = "10.89.0.0/16 dev eth0 table 1000 no_track";
    writeFileSync(FILE, STATIC + electionWith(`${tracked}\n${untracked}`));
    const daemon = await host.start("--config", FILE);
    await until("routes of a master", () => has("10.88.0.0/16") && has("10.89.0.0/16"));
    assert.match(host.show("address"), /inet 10\.7\.0\.1\/24 scope global eth0\n/);
    assert.match(routes(), /10\.77\.0\.0\/16 via 10\.7\.0\.254 dev eth0/);
    assert.match(routes(), /10\.88\.0\.0\/16 via 10\.9\.0\.254 dev eth0 src 10\.9\.0\.100/);

    for (const gone of [["10.89.0.0/16", "table", "1000"], ["10.77.0.0/16"], ["10.88.0.0/16"]]) {
      host.ip("route", "del", ...gone);
    }
    await until("routes come back", () => has("10.88.0.0/16") && has("10.77.0.0/16"));
    assert.equal(has("10.89.0.0/16"), false);

    writeFileSync(FILE, electionWith("blackhole 10.90.0.0/16"));
    assert.equal(host.weir("reload").status, 0);
    await until("other routes", () => has("blackhole 10.90.0.0/16"));
    assert.equal(routes().trim().split("\n").length, 1);
    assert.doesNotMatch(host.show("address"), /10\.7\.0\.1/);

    await daemon.kill("SIGTERM");
    assert.equal(routes(), "");
  }));

test("a daemon that is killed leaves routes, and the next one that is no master takes them", () =>
  onHost(async (host) => {
    const routes = () => host.show("route", "show", "proto", "keepalived");
    writeFileSync(FILE, electionWith("10.88.0.0/16 via 10.9.0.254"));
    const killed = await host.start("--config", FILE);
    await until("a route of a master", () => routes().includes("10.88.0.0/16"));
    await killed.kill("SIGKILL");
    await until("the address has gone", () => !host.show("address").includes("10.9.0.100"));
    assert.match(routes(), /10\.88\.0\.0\/16/);
    host.ip("link", "set", "peer0", "down");
    assert.match(routes(), /10\.88\.0\.0\/16/);
    await host.start("--config", FILE);
    await until("the route has gone", () => routes() === "");
  }));

test("global_defs have their say at the start and at the end", () =>
  onHost(async (host) => {
    const before = await host.start();
    assert.equal(host.ipvsadm(["-A", "-t", "10.9.0.50:80"]).status, 0);
    await before.kill("SIGTERM");
    const [begin, end] = [program("begin"), program("end")];
    writeFileSync(
      FILE,
      `global_defs {
        script_user root
        startup_script ${begin}
        shutdown_script ${end}
        lvs_flush
        lvs_flush_on_stop
        lvs_timeouts tcp 7200 udp 60
        vrrp_startup_delay 5
      }
      virtual_server 10.9.0.60 80 {
        protocol TCP
        real_server 10.9.0.2 80 {
        }
      }
      ${electionWith("10.88.0.0/16 via 10.9.0.254")}`,
    );
    const daemon = await host.start("--config", FILE);
    assert.doesNotMatch(host.show("address"), /10\.9\.0\.100/);
    assert.ok(existsSync(`${begin}.done`));
    assert.match(host.ipvsadm(["-Sn"]).stdout, /^-A -t 10\.9\.0\.60:80 [^\n]*\n-a [^\n]*\n$/);
    assert.match(host.ipvsadm(["-l", "--timeout"]).stdout, /7200 120 60/);
    await until("a master after its delay", () => host.show("address").includes("10.9.0.100"));
    assert.equal(existsSync(`${end}.done`), false);
    await daemon.kill("SIGTERM");
    assert.ok(existsSync(`${end}.done`));
    await host.start();
    assert.equal(host.ipvsadm(["-Sn"]).stdout, "");
  }));

test("while the script of the start runs, the rules of the daemon before stay", () =>
  onHost(async (host) => {
    const server = `virtual_server 10.9.0.60 80 {
      protocol TCP
      real_server 10.9.0.2 80 {
      }
    }`;
    writeFileSync(FILE, server);
    const before = await host.start("--config", FILE);
    const rules = host.ipvsadm(["-Sn"]).stdout;
    assert.match(rules, /^-A -t 10\.9\.0\.60:80/);
    await before.kill("SIGTERM");
    const slow = program("slow", "sleep 3");
    writeFileSync(FILE, `global_defs {\nscript_user root\nstartup_script ${slow}\n}\n${server}`);
    let started = false;
    const starting = host.start("--config", FILE).finally(() => {
      started = true;
    });
    const seen = new Set<string>();
    for (; !started; await sleep(100)) {
      const listed = host.ipvsadm(["-Sn"]);
      if (listed.status === 0 && !existsSync(`${slow}.done`)) seen.add(listed.stdout);
    }
    await starting;
    assert.deepEqual([...seen], [rules]);
    assert.equal(host.ipvsadm(["-Sn"]).stdout, rules);
  }));

test("lvs_flush_on_stop VS leaves the rules of others", () =>
  onHost(async (host) => {
    writeFileSync(
      FILE,
      `global_defs {
        lvs_flush_on_stop VS
      }
      virtual_server 10.9.0.60 80 {
        protocol TCP
        real_server 10.9.0.2 80 {
        }
      }`,
    );
    const daemon = await host.start("--config", FILE);
    assert.equal(host.ipvsadm(["-A", "-t", "10.9.0.50:80", "-s", "rr"]).status, 0);
    assert.match(host.ipvsadm(["-Sn"]).stdout, /10\.9\.0\.60:80/);
    await daemon.kill("SIGTERM");
    await host.start();
    assert.equal(host.ipvsadm(["-Sn"]).stdout, "-A -t 10.9.0.50:80 -s rr\n");
  }));
