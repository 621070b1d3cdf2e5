/**
 * What `weir real-server` does to a host, seen from other hosts.
 *
 *                       client 192.168.150.1
 *                              │
 *   ────────────┬──────────────┴──────────┬───────────────────────┬───────────
 *               │                         │                       │
 *        node01                    node02                  node03
 *        192.168.150.11            192.168.150.12          192.168.150.13
 *        the VIP's holder,         the real server         a second one that
 *        where one is needed       under test              does it wrong
 *
 * VIP 192.168.150.100 and 2001:db8::100. No director runs: what counts is who answers for the VIP.
 */
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { namespaceOf, namespacePath } from "../../src/cli/lab/names.ts";
import { buildNetwork } from "../../src/cli/lab/network.ts";
import { writeLab } from "../../src/cli/lab/record.ts";
import { TOPOLOGIES } from "../../src/cli/lab/topology.ts";
import { recordPath } from "../../src/cli/real-server/record.ts";
import { run } from "../../src/kernel/linux/command.ts";
import { capture } from "./capture.ts";
import { attempt, labHooks, labTest, on, ownLab, until } from "./lab.ts";

const VIP = "192.168.150.100";
const OTHER_VIP = "192.168.150.101";
const SERVER = "node02";
const SERVER_MAC = "02:00:00:00:00:12";
const CONF = "/proc/sys/net/ipv4/conf";

interface Checked {
  readonly ok: boolean;
  readonly findings: readonly { readonly code: string; readonly fix: string }[];
  readonly notes: readonly string[];
}

const lab = ownLab("rs");

labHooks({
  before: async () => {
    writeLab({ name: lab, kind: "dr", processes: [] });
    const built = await buildNetwork(lab, TOPOLOGIES.get("dr")!);
    assert.ok(built.ok, built.ok ? "" : built.fault.message);
  },

  afterEach: async () => {
    for (const vip of [VIP, OTHER_VIP, "2001:db8::100"]) await weir("down", vip);
    await setConf({ "all/arp_ignore": 0, "all/arp_announce": 0, "eth0/arp_ignore": 0 });
    for (const host of ["node01", SERVER, "node03"]) {
      await attempt(lab, host, "ip", "address", "del", `${VIP}/32`, "dev", "lo");
      await attempt(lab, host, "ip", "address", "del", `${VIP}/32`, "dev", "eth0");
      await on(lab, host, "ip", "neighbour", "flush", "dev", "eth0");
    }
    await on(lab, "client", "ip", "neighbour", "flush", "dev", "eth0");
  },
});

const weir = (verb: string, vip: string, ...more: string[]) =>
  attempt(lab, SERVER, "weir", "real-server", verb, "--vip", vip, ...more);

async function check(): Promise<Checked> {
  const ended = await weir("check", VIP, "--json");
  const checked = JSON.parse(ended.stdout) as Checked;
  assert.equal(ended.status, checked.ok ? 0 : 1, ended.stderr);
  return checked;
}

async function conf(...names: string[]): Promise<number[]> {
  const values = await on(lab, SERVER, "cat", ...names.map((name) => `${CONF}/${name}`));
  return values.trim().split("\n").map(Number);
}

async function setConf(values: Record<string, number>): Promise<void> {
  const words = Object.entries(values).map(([name, value]) => `net/ipv4/conf/${name}=${value}`);
  await on(lab, SERVER, "sysctl", "-q", "-w", ...words);
}

/**
 * Asks for the VIP's MAC address as any host does, and answers the MAC addresses that came back.
 */
async function whoHas(address: string): Promise<string[]> {
  const answers = await capture(lab, "client", "eth0", "arp", "and", "src", "host", address);
  // The kernel asks three times, a second apart, and then gives up (arp(7), mcast_solicit).
  await attempt(lab, "client", "curl", "--silent", "--max-time", "4", `http://${address}/`);
  const lines = await answers.stop();
  return [...new Set(lines.flatMap((line) => /is-at (\S+),/.exec(line)?.[1] ?? []))];
}

labTest(
  "without it a VIP on lo is answered for; after up it is not, and still is taken",
  async () => {
    await on(lab, SERVER, "ip", "address", "add", `${VIP}/32`, "dev", "lo");
    assert.deepEqual(await whoHas(VIP), [SERVER_MAC]);
    await on(lab, SERVER, "ip", "address", "del", `${VIP}/32`, "dev", "lo");
    await on(lab, "client", "ip", "neighbour", "flush", "dev", "eth0");

    const up = await weir("up", VIP);
    assert.equal(up.status, 0, up.stderr);
    assert.deepEqual(await whoHas(VIP), []);
    assert.deepEqual(await whoHas("192.168.150.12"), [SERVER_MAC]);

    // A frame to its MAC address is what a director sends it. Nobody listens: the answer is a
    // reset.
    const neighbour = [VIP, "lladdr", SERVER_MAC, "dev", "eth0", "nud", "permanent"];
    await on(lab, "client", "ip", "neighbour", "replace", ...neighbour);
    const refused = await attempt(lab, "client", "curl", "--silent", `http://${VIP}/`);
    assert.equal(refused.status, 7, "curl(1): 7, failed to connect to host");
    await on(lab, "client", "ip", "neighbour", "del", VIP, "dev", "eth0");
  },
);

labTest("its own ARP requests never carry the VIP as their sender", async () => {
  const neighbour = [VIP, "lladdr", SERVER_MAC, "dev", "eth0", "nud", "permanent"];
  const senders = async () => {
    await on(lab, SERVER, "ip", "neighbour", "flush", "dev", "eth0");
    await on(lab, "client", "ip", "neighbour", "replace", ...neighbour);
    const requests = await capture(lab, "client", "eth0", "arp[6:2]", "=", "1");
    await attempt(lab, "client", "curl", "--silent", "--max-time", "4", `http://${VIP}/`);
    const lines = await requests.stop();
    return new Set(
      lines.flatMap((line) => /who-has 192\.168\.150\.1 tell (\S+),/.exec(line)?.[1] ?? []),
    );
  };
  await on(lab, SERVER, "ip", "address", "add", `${VIP}/32`, "dev", "lo");
  assert.deepEqual(await senders(), new Set([VIP]));
  await on(lab, SERVER, "ip", "address", "del", `${VIP}/32`, "dev", "lo");

  assert.equal((await weir("up", VIP)).status, 0);
  assert.deepEqual(await senders(), new Set(["192.168.150.12"]));
  await on(lab, "client", "ip", "neighbour", "del", VIP, "dev", "eth0");
});

labTest("down restores exactly what was there before up", async () => {
  const names = ["all/arp_ignore", "all/arp_announce", "eth0/arp_ignore", "lo/arp_ignore"];
  await setConf({ "all/arp_announce": 1, "eth0/arp_ignore": 3 });
  const before = await conf(...names);
  assert.equal((await weir("up", VIP)).status, 0);
  assert.deepEqual(await conf(...names), [1, 2, 1, 0]);
  const file = recordPath(String(statSync(namespacePath(lab, SERVER)).ino));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await weir("down", VIP)).status, 0);
  assert.deepEqual(await conf(...names), before);
  assert.equal(existsSync(file), false);
  const addresses = await on(lab, SERVER, "ip", "-4", "-o", "address", "show", "dev", "lo");
  assert.doesNotMatch(addresses, /192\.168\.150/);
});

labTest("up twice is up once, and the parameters go back with the last VIP", async () => {
  assert.equal((await weir("up", VIP)).status, 0);
  assert.equal((await weir("up", VIP)).stdout, `${VIP} is up already\n`);
  assert.equal((await weir("up", OTHER_VIP)).status, 0);
  assert.equal((await weir("down", VIP)).status, 0);
  assert.deepEqual(await conf("all/arp_ignore", "all/arp_announce"), [1, 2]);
  assert.deepEqual(await whoHas(OTHER_VIP), []);
  assert.equal((await weir("down", OTHER_VIP)).status, 0);
  assert.deepEqual(await conf("all/arp_ignore", "all/arp_announce"), [0, 0]);
  assert.equal((await weir("down", OTHER_VIP)).stdout, `${OTHER_VIP} is down already\n`);
});

labTest("up with an interface leaves the other interfaces as they are", async () => {
  assert.equal((await weir("up", VIP, "--interface", "eth0")).status, 0);
  assert.deepEqual(await conf("all/arp_ignore", "eth0/arp_ignore"), [0, 1]);
  assert.deepEqual(await whoHas(VIP), []);
  const missing = await weir("up", VIP, "--interface", "eth9");
  assert.equal(missing.status, 1);
  assert.equal(missing.stderr, 'weir: There is no interface "eth9": here are: lo, eth0\n');
});

labTest("neither up nor down touches an address that somebody else has put there", async () => {
  await on(lab, SERVER, "ip", "address", "add", `${VIP}/32`, "dev", "eth0");
  const refused = await weir("up", VIP);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /is on eth0.*"ip address del 192\.168\.150\.100\/32 dev eth0"/);
  assert.deepEqual(await conf("all/arp_ignore"), [0]);
  await on(lab, SERVER, "ip", "address", "del", `${VIP}/32`, "dev", "eth0");

  await on(lab, SERVER, "ip", "address", "add", `${VIP}/32`, "dev", "lo");
  const foreign = await weir("down", VIP);
  assert.equal(foreign.status, 1);
  assert.match(foreign.stderr, /not by "weir real-server up"/);
});

labTest(
  "the record of a namespace that is gone is not taken for another with its number",
  async () => {
    assert.equal((await weir("up", VIP)).status, 0);
    // As in a new namespace: nothing of what the record tells is there.
    await on(lab, SERVER, "ip", "address", "del", `${VIP}/32`, "dev", "lo");
    await setConf({ "all/arp_ignore": 0, "all/arp_announce": 0 });
    await setConf({ "eth0/arp_ignore": 2 });
    assert.equal((await weir("up", VIP)).status, 0);
    assert.equal((await weir("down", VIP)).status, 0);
    assert.deepEqual(await conf("all/arp_ignore", "eth0/arp_ignore"), [0, 2]);
  },
);

labTest("check finds what is wrong, and each command that it names mends it", async () => {
  await setConf({ "eth0/arp_ignore": 3 });
  await on(lab, SERVER, "ip", "link", "set", "lo", "down");
  const broken = await check();
  assert.deepEqual(
    broken.findings.map(({ code }) => code),
    ["LOOPBACK_DOWN", "VIP_MISSING", "ARP_ANSWERED", "ARP_ANNOUNCED", "NOBODY_LISTENS"],
  );
  for (const { code, fix } of broken.findings) {
    if (code !== "NOBODY_LISTENS") await on(lab, SERVER, ...fix.split(" "));
  }
  const listening = await on(lab, SERVER, "sh", "-c", listen(80));
  try {
    await until("all is mended", async () => (await check()).ok);
  } finally {
    await on(lab, SERVER, "kill", listening.trim());
  }
});

labTest("check hears who answers for the VIP, and that two do", async () => {
  assert.equal((await weir("up", VIP)).status, 0);
  assert.deepEqual((await check()).notes, [
    `nobody on eth0 answers ARP for ${VIP}: is the director up?`,
  ]);
  await on(lab, "node01", "ip", "address", "add", `${VIP}/32`, "dev", "eth0");
  assert.deepEqual((await check()).notes, [`02:00:00:00:00:11 on eth0 answers ARP for ${VIP}`]);
  await on(lab, "node03", "ip", "address", "add", `${VIP}/32`, "dev", "lo");
  const { findings } = await check();
  assert.ok(findings.some(({ code }) => code === "VIP_TWICE"));
});

labTest("an IPv6 VIP on lo is not answered for, and needs no parameter", async () => {
  const namespace = namespaceOf(lab, SERVER);
  const own = { client: "2001:db8::1", [SERVER]: "2001:db8::12" };
  for (const [host, address] of Object.entries(own)) {
    await on(lab, host, "ip", "address", "add", `${address}/64`, "dev", "eth0", "nodad");
  }
  assert.equal((await weir("up", "2001:db8::100")).status, 0);
  assert.deepEqual(await conf("all/arp_ignore"), [0]);
  const state = async (address: string) => {
    await attempt(lab, "client", "curl", "-g", "-s", "--max-time", "4", `http://[${address}]/`);
    return on(lab, "client", "ip", "-6", "neighbour", "show", address);
  };
  assert.match(await state("2001:db8::12"), new RegExp(SERVER_MAC));
  assert.doesNotMatch(await state("2001:db8::100"), /lladdr/);
  const shown = await run("ip", ["-n", namespace, "-6", "-o", "address", "show", "dev", "lo"]);
  assert.match(shown.ok ? shown.value : "", /2001:db8::100\/128/);
  for (const [host, address] of Object.entries(own)) {
    await on(lab, host, "ip", "address", "del", `${address}/64`, "dev", "eth0");
  }
});

labTest("whoever is not asked rightly says what to do", async () => {
  const noAddress = await weir("up", "10.0.0.300");
  assert.equal(noAddress.status, 1);
  assert.match(noAddress.stderr, /"10\.0\.0\.300" is not an IP address: give /);
  const help = await attempt(lab, SERVER, "weir", "real-server", "up", "--help");
  assert.match(
    help.stdout,
    /Examples:\n {2}weir real-server up .*\n {2}weir real-server check .*\n$/,
  );
});

/** A shell's command that starts a listener in the background and prints its process id. */
function listen(port: number): string {
  const script = `require("net").createServer().listen(${port}, "0.0.0.0")`;
  return `"${process.execPath}" -e '${script}' >/dev/null 2>&1 & echo $!`;
}
