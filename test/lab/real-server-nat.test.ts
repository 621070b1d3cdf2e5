/**
 * What `weir real-server up --method nat` does to a host, on the network of real-server.test.ts,
 * whose switch carries an inside network as well. No director runs: node01 routes, which is what a
 * director does with the answers, but for the addresses in them.
 *
 *   client (192.168.150.1) ──▶ node01 (.11, inside 10.1.0.1) ──▶ node02 (10.1.0.12 alone)
 *
 * VIP 192.168.150.100 and 2001:db8::100.
 */
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { namespacePath } from "../../src/cli/lab/names.ts";
import { buildNetwork } from "../../src/cli/lab/network.ts";
import { writeLab } from "../../src/cli/lab/record.ts";
import { TOPOLOGIES } from "../../src/cli/lab/topology.ts";
import { recordPath } from "../../src/cli/real-server/record.ts";
import { capture } from "./capture.ts";
import { attempt, labHooks, labTest, on, ownLab } from "./lab.ts";

const SERVER = "node02";
const REAL = "10.1.0.12";
const VIP = { 4: "192.168.150.100", 6: "2001:db8::100" } as const;
const INSIDE = { 4: "10.1.0.1", 6: "2001:db8:1::1" } as const;
const DIRECTOR_MAC = "02:00:00:00:00:11";

const lab = ownLab("rs-nat");

labHooks({
  before: async () => {
    writeLab({ name: lab, kind: "dr", processes: [] });
    const built = await buildNetwork(lab, TOPOLOGIES.get("dr")!);
    assert.ok(built.ok, built.ok ? "" : built.fault.message);
    const address = (host: string, words: string) =>
      on(lab, host, "ip", "address", ...words.split(" "), "dev", "eth0");
    await address("node01", `add ${INSIDE[4]}/24`);
    await address("node01", `add ${INSIDE[6]}/64 nodad`);
    await address(SERVER, `add ${REAL}/24`);
    await address(SERVER, "add 2001:db8:1::12/64 nodad");
    await address(SERVER, "del 192.168.150.12/24");
    await on(lab, "node01", "sysctl", "-q", "-w", "net/ipv4/ip_forward=1");
    await on(lab, "node01", "sysctl", "-q", "-w", "net/ipv4/conf/all/send_redirects=0");
    await on(lab, "node01", "sysctl", "-q", "-w", "net/ipv4/conf/eth0/send_redirects=0");
    await on(lab, "client", "ip", "route", "add", "10.1.0.0/24", "via", "192.168.150.11");
  },

  afterEach: async () => {
    for (const vip of [VIP[4], VIP[6]]) await weir("down", vip);
    await attempt(lab, SERVER, "ip", "address", "del", `${VIP[4]}/32`, "dev", "lo");
    for (const family of ["-4", "-6"]) {
      await on(lab, SERVER, "ip", family, "route", "flush", "proto", "boot");
    }
  },
});

const weir = (verb: string, vip: string, ...more: string[]) =>
  attempt(lab, SERVER, "weir", "real-server", verb, vip, ...more);

async function up(vip: 4 | 6, ...more: string[]): Promise<string> {
  const words = ["--method", "nat", "--director", INSIDE[vip], ...more];
  const ended = await weir("up", VIP[vip], ...words);
  assert.equal(ended.status, 0, ended.stderr);
  return ended.stdout;
}

async function findings(vip: string): Promise<readonly { code: string; fix: string }[]> {
  return JSON.parse((await weir("check", vip, "--json")).stdout).findings;
}

const codes = async (vip: string) => (await findings(vip)).map(({ code }) => code);

async function routes(family: 4 | 6 = 4): Promise<string[]> {
  const shown = await on(lab, SERVER, "ip", `-${family}`, "route", "show");
  return shown.split("\n").map((line) => line.trim());
}

labTest("answers to clients pass by the director after up, and find no way before", async () => {
  // curl(1): 28 is a timeout. Nobody listens, so that an answer is a reset: 7, failed to connect.
  const curl = ["curl", "--silent", "--max-time", "2", `http://${REAL}/`];
  assert.equal((await attempt(lab, "client", ...curl)).status, 28);
  assert.match(await up(4), /^default by 10\.1\.0\.1 \(was not routed\)$/m);
  const answers = await capture(lab, SERVER, "eth0", "src", "host", REAL, "and", "tcp");
  assert.equal((await attempt(lab, "client", ...curl)).status, 7);
  const lines = await answers.stop();
  assert.ok(lines.length > 0, "the server has answered");
  for (const line of lines) assert.ok(line.includes(`> ${DIRECTOR_MAC}`), line);
  assert.equal(await up(4), `${VIP[4]} is up already\n`);
  assert.deepEqual(await codes(VIP[4]), ["NOBODY_LISTENS"]);
});

labTest("down puts back the routes that were there, of either family", async () => {
  await on(lab, SERVER, "ip", "route", "add", "default", "via", "10.1.0.77", "metric", "0");
  await on(lab, SERVER, "ip", "route", "add", "default", "via", "10.1.0.78", "metric", "50");
  await on(lab, SERVER, "ip", "-6", "route", "add", "default", "via", "2001:db8:1::77");
  const before = [await routes(4), await routes(6)];
  assert.match(await up(4), /^default by 10\.1\.0\.1 \(was by 10\.1\.0\.77\)$/m);
  await up(6);
  assert.match((await routes(4))[0]!, /^default via 10\.1\.0\.1 dev eth0/);
  const way = await on(lab, SERVER, "ip", "-6", "route", "get", "2001:db8:9::1");
  assert.match(way, /via 2001:db8:1::1 /);
  assert.equal((await weir("down", VIP[4])).status, 0);
  assert.equal((await weir("down", VIP[6])).status, 0);
  assert.deepEqual([await routes(4), await routes(6)], before);
  const inode = String(statSync(namespacePath(lab, SERVER)).ino);
  assert.equal(existsSync(recordPath(inode)), false);
});

labTest("networks may be named, and go back with the last VIP that needs them", async () => {
  const before = await routes();
  await up(4, "--route", "192.168.150.0/24", "10.7.0.0/16");
  const other = "192.168.150.101";
  const same = await weir(
    "up",
    other,
    "--method",
    "nat",
    "--director",
    INSIDE[4],
    "--route",
    "10.7.0.0/16",
  );
  assert.equal(same.status, 0, same.stderr);
  assert.equal((await weir("down", VIP[4])).status, 0);
  const [network] = (await routes()).filter((line) => line.includes(" via "));
  assert.match(network!, /^10\.7\.0\.0\/16 via 10\.1\.0\.1 dev eth0/);
  assert.equal((await weir("down", other)).status, 0);
  assert.deepEqual(await routes(), before);
});

labTest("the VIP must not be here, and check finds what has changed and mends it", async () => {
  await on(lab, SERVER, "ip", "address", "add", `${VIP[4]}/32`, "dev", "lo");
  const refused = await weir("up", VIP[4], "--method", "nat", "--director", INSIDE[4]);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /is on lo; .*"ip address del 192\.168\.150\.100\/32 dev lo"/);
  assert.equal(
    (await routes()).some((line) => line.startsWith("default")),
    false,
  );
  await on(lab, SERVER, "ip", "address", "del", `${VIP[4]}/32`, "dev", "lo");

  await up(4);
  await on(lab, SERVER, "ip", "address", "add", `${VIP[4]}/32`, "dev", "lo");
  await on(lab, SERVER, "ip", "route", "replace", "default", "via", "10.1.0.77");
  const found = await findings(VIP[4]);
  const broken = found.filter(({ code }) => code !== "NOBODY_LISTENS");
  assert.deepEqual(
    broken.map(({ code }) => code),
    ["VIP_ON_HOST", "ROUTE_MISSING"],
  );
  for (const { fix } of broken) await on(lab, SERVER, ...fix.split(" "));
  assert.deepEqual(await codes(VIP[4]), ["NOBODY_LISTENS"]);
});

labTest("a director that is not there is found, and one on no network refused", async () => {
  const absent = ["--method", "nat", "--director", "10.1.0.99"];
  assert.equal((await weir("up", VIP[4], ...absent)).status, 0);
  assert.ok((await codes(VIP[4])).includes("DIRECTOR_SILENT"));
  assert.equal((await weir("down", VIP[4])).status, 0);
  const far = await weir("up", VIP[4], "--method", "nat", "--director", "172.16.0.1");
  assert.equal(far.status, 1);
  assert.match(far.stderr, /172\.16\.0\.1/);
  assert.equal((await weir("down", VIP[4])).stdout, `${VIP[4]} is down already\n`);
});
