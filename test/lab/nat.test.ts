/**
 * Masquerading: requests and answers pass the director, which maps addresses and ports.
 *
 *                       client 192.168.150.1
 *                              │
 *   ───────────────────────────┼──────────────────────────────── bridge
 *                              │
 *                       node01, director
 *                       192.168.150.11, VIP 192.168.150.100
 *                       10.0.0.1 (eth1)
 *                              │
 *   ────────────────┬──────────┴────────────────────┬─────────── inside
 *                   │                               │
 *            node02, real server             node03, real server
 *            10.0.0.12, port 8080            10.0.0.13, port 8080
 *            default route 10.0.0.1          default route 10.0.0.1
 *
 * The MAC address of a host ends in the last number of its address, on eth1 after a 01.
 */
import assert from "node:assert/strict";
import { capture, stopAt } from "./capture.ts";
import { openConnections } from "./connections.ts";
import { refusedDatagram } from "./datagram.ts";
import { attempt, labHooks, labTest, on, until } from "./lab.ts";
import { check, mends } from "./mending.ts";
import { labSite } from "./site.ts";

const VIP = "192.168.150.100";
const [NODE02, NODE03] = ["10.0.0.12", "10.0.0.13"] as const;
const site = labSite("nat");
const { lab, service, ipvsadm, requests } = site;
const addServer = (server: string) => ipvsadm("-a", "-t", service, "-r", `${server}:8080`, "-m");

labHooks({
  // Each test finds the rules as the lab was built, and the scheduler where it starts.
  beforeEach: async () => {
    await ipvsadm("-C");
    await ipvsadm("-A", "-t", service, "-s", "rr");
    for (const server of [NODE02, NODE03]) await addServer(server);
  },
});

labTest("round robin takes the servers in turn, the newest first, on another port", async () => {
  assert.deepEqual(await requests(4), [NODE03, NODE02, NODE03, NODE02]);
  const rules = await ipvsadm("-L", "-n");
  for (const server of [NODE02, NODE03]) assert.match(rules, new RegExp(`${server}:8080 +Masq `));
  assert.match(await ipvsadm("-L", "-n", "-c"), /192\.168\.150\.100:80 +10\.0\.0\.1[23]:8080$/m);
});

labTest("the director puts the server into requests, and itself into answers", async () => {
  const outside = await capture(lab, "client", "eth0", "tcp");
  const inside = await capture(lab, "switch", "node01-eth1", "tcp");
  const server = await site.request();
  const near = await stopAt(outside, /150\.100\.80 > .* Flags \[P/);
  const far = await stopAt(inside, /\.8080 > .* Flags \[P/);
  const client = /(192\.168\.150\.1\.\d+) > /.exec(near[0] ?? "")?.[1] ?? assert.fail(near[0]);
  const between = (one: string, other: string) => (line: string) =>
    line.includes(`${one} > ${other}: `) || line.includes(`${other} > ${one}: `);
  assert.deepEqual(near.filter(between(client, `${VIP}.80`)), near);
  assert.deepEqual(far.filter(between(client, `${server}.8080`)), far);
  const answers = near.filter((line) => line.includes(`${VIP}.80 > ${client}`));
  for (const line of answers) assert.match(line, /^02:00:00:00:00:11 > 02:00:00:00:00:01,/);
});

labTest("the real server sees the client itself, and the director has no socket", async () => {
  const held = openConnections(lab, VIP, 80);
  const [port] = await held.ports;
  const [answer] = await held.ask();
  const host = answer === `from ${NODE02}` ? "node02" : "node03";
  const sockets = await on(lab, host, "ss", "-Htn", "state", "established");
  assert.match(sockets, new RegExp(`:8080 .*192\\.168\\.150\\.1\\]?:${port}\\b`));
  assert.doesNotMatch(await on(lab, "node01", "ss", "-Htan"), /:(?:80|8080)\b/);
  await held.close();
});

labTest("a megabyte comes and a megabyte goes", async () => {
  assert.equal(await site.download(), 1_000_000);
  assert.match(await site.upload(), /^from 10\.0\.0\.1[23]: 1000000 bytes$/);
});

labTest("a server's port unreachable comes back in the VIP's name", async () => {
  await ipvsadm("-A", "-u", `${VIP}:5353`, "-s", "rr");
  await ipvsadm("-a", "-u", `${VIP}:5353`, "-r", `${NODE02}:5454`, "-m");
  const errors = await capture(lab, "client", "eth0", "icmp");
  assert.equal(await refusedDatagram(lab, VIP, 5353), "ECONNREFUSED");
  const told = /: 192\.168\.150\.100 > 192\.168\.150\.1: ICMP 192\.168\.150\.100 udp port 5353 unr/;
  assert.equal((await stopAt(errors, told)).length, 1);
});

labTest("a service without a server refuses at once", async () => {
  for (const server of [NODE02, NODE03]) {
    await ipvsadm("-d", "-t", service, "-r", `${server}:8080`);
  }
  const errors = await capture(lab, "client", "eth0", "icmp");
  const refused = await attempt(lab, "client", "curl", "-sS", "-m", "10", `http://${VIP}/`);
  assert.equal(refused.status, 7, "curl(1): 7, failed to connect to host");
  await stopAt(errors, /: ICMP 192\.168\.150\.100 tcp port 80 unreachable/);
});

labTest("connections of a removed server wait until it is there again", async () => {
  const held = openConnections(lab, VIP, 80);
  const [port] = await held.ports;
  const [first] = await held.ask();
  const server = first!.replace("from ", "");
  await ipvsadm("-d", "-t", service, "-r", `${server}:8080`);
  const filter = ["tcp", "src", "port", String(port), "and", "greater", "80"];
  const cable = await capture(lab, "client", "eth0", ...filter);
  let answered = false;
  const answer = held.ask().then((answers) => {
    answered = true;
    return answers;
  });
  await until("the client has repeated its request", async () => cable.lines().length >= 2);
  assert.equal(answered, false);
  await cable.stop();
  const other = server === NODE02 ? NODE03 : NODE02;
  assert.deepEqual(await requests(2), [other, other]);
  await addServer(server);
  assert.deepEqual(await answer, [`from ${server}`]);
  await held.close();
});

labTest("check finds what a server of NAT must not have, and names what mends it", async () => {
  assert.deepEqual((await check(site, "node02")).findings, []);
  const lost = await mends(site, "node02", ["ip", "route", "del", "default"]);
  assert.deepEqual(lost, ["ROUTE_MISSING"]);
  const wrong = await mends(
    site,
    "node02",
    ["ip", "route", "replace", "default", "via", "10.0.0.13"],
    ["ip", "address", "add", `${VIP}/32`, "dev", "lo"],
  );
  assert.deepEqual(wrong, ["VIP_ON_HOST", "ROUTE_MISSING"]);
  assert.deepEqual(new Set(await requests(2)), new Set([NODE02, NODE03]));
});
