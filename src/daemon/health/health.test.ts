import assert from "node:assert/strict";
import { test } from "node:test";
import { HealthGround } from "./testing/ground.ts";
import { check, PORT, realServer, virtualServer } from "./testing/settings.ts";

const SECOND = 1_000_000;
const TCP = { kind: "tcp" } as const;
const OPEN = { kind: "serve", answer: () => undefined } as const;
const REFUSE = { kind: "refuse" } as const;

function one(...changes: Parameters<typeof virtualServer>[1][]) {
  return virtualServer([realServer(11, [check(11, TCP)]), realServer(12, [])], changes[0]);
}

async function begun(settings = one()): Promise<HealthGround> {
  const ground = new HealthGround();
  ground.serve("192.168.150.11", PORT, OPEN);
  ground.configure(settings);
  await ground.runUntil(4 * SECOND);
  return ground;
}

test("a server goes after its retries and comes back", async () => {
  const ground = await begun();
  assert.deepEqual(ground.serving, ["192.168.150.11 1", "192.168.150.12 1"]);
  ground.serve("192.168.150.11", PORT, REFUSE);
  await ground.runUntil(9 * SECOND);
  assert.deepEqual(ground.serving, ["192.168.150.12 1"]);
  ground.serve("192.168.150.11", PORT, OPEN);
  await ground.runUntil(12 * SECOND);
  assert.deepEqual(ground.serving, ["192.168.150.11 1", "192.168.150.12 1"]);
  assert.equal(ground.changes, 2);
  assert.equal(ground.open, 0);
});

test("reload keeps what is known, and checks on the other servers go on", async () => {
  const ground = await begun();
  ground.serve("192.168.150.11", PORT, REFUSE);
  await ground.runUntil(9 * SECOND);
  const wider = virtualServer([...one().servers, realServer(13, [check(13, TCP)])]);
  assert.deepEqual(
    ground.health.served([wider])[0]!.servers.map(({ address }) => address),
    ["192.168.150.12", "192.168.150.13"],
  );
  ground.serve("192.168.150.13", PORT, OPEN);
  const { length } = ground.lines;
  ground.configure(wider);
  assert.deepEqual(ground.serving, ["192.168.150.12 1", "192.168.150.13 1"]);
  assert.equal(ground.lines.length, length, "a reload tells nobody of what was so before");
  await ground.runUntil(14 * SECOND);
  const asked = new Set(ground.opened.slice(-4).map(({ order }) => order.address));
  assert.deepEqual([...asked].sort(), ["192.168.150.11", "192.168.150.13"]);
});

test("a server with another check keeps what it was; its old check asks no more", async () => {
  const ground = await begun();
  ground.serve("192.168.150.11", PORT, REFUSE);
  await ground.runUntil(9 * SECOND);
  ground.serve("192.168.150.11", 8080, OPEN);
  const other = check(11, TCP, {
    target: { address: "192.168.150.11", port: 8080, connectTimeout: SECOND },
  });
  ground.configure(virtualServer([realServer(11, [other]), realServer(12, [])]));
  assert.deepEqual(ground.serving, ["192.168.150.12 1"]);
  const { length } = ground.opened;
  await ground.runUntil(14 * SECOND);
  assert.deepEqual(ground.serving, ["192.168.150.11 1", "192.168.150.12 1"]);
  assert.ok(ground.opened.slice(length).every(({ order }) => order.port === 8080));
});

test("a virtual server that goes is asked for no more", async () => {
  const ground = await begun();
  ground.configure();
  const { length } = ground.opened;
  await ground.runUntil(20 * SECOND);
  assert.equal(ground.opened.length, length);
  assert.deepEqual(ground.serving, []);
});

test("ha_suspend asks only while this host has the address (captured: C40)", async () => {
  const ground = await begun(one({ haSuspend: true }));
  assert.equal(ground.opened.length, 0);
  assert.deepEqual(ground.serving, ["192.168.150.11 1", "192.168.150.12 1"]);
  ground.health.hold(new Set(["192.168.150.100"]));
  await ground.runUntil(8 * SECOND);
  const { length } = ground.opened;
  assert.ok(length >= 1);
  ground.serve("192.168.150.11", PORT, REFUSE);
  ground.health.hold(new Set(["192.168.150.10"]));
  await ground.runUntil(20 * SECOND);
  assert.equal(ground.opened.length, length);
  assert.deepEqual(ground.serving, ["192.168.150.11 1", "192.168.150.12 1"]);
});

test("suspended in the middle of a conversation, it hears no answer of it", async () => {
  const ground = await begun(one({ haSuspend: true }));
  ground.serve("192.168.150.11", PORT, { kind: "vanish" });
  ground.health.hold(new Set(["192.168.150.100"]));
  await ground.runUntil(6 * SECOND);
  assert.equal(ground.open, 1);
  ground.health.hold(new Set());
  assert.equal(ground.open, 0);
  await ground.runUntil(20 * SECOND);
  assert.deepEqual(ground.serving, ["192.168.150.11 1", "192.168.150.12 1"]);
});

test("a file's number counts at once, and after a reload too (captured: C27)", async () => {
  const file = { kind: "file", file: "tf", weight: 1 } as const;
  const settings = virtualServer([realServer(11, [check(11, file)], { weight: 10 })]);
  const ground = new HealthGround();
  ground.configure(settings);
  const weights = [5, -5, -20, -254, 254, undefined].map((value) => {
    ground.health.readFile("tf", value);
    return ground.serving[0];
  });
  const expected = [15, 5, 0, 0, 264, 10].map((weight) => `192.168.150.11 ${weight}`);
  assert.deepEqual(weights, expected);
  ground.health.readFile("tf", 3);
  const changed = { ...settings, quorum: 2 };
  ground.configure(changed);
  assert.deepEqual(ground.serving, ["192.168.150.11 13"]);
  await ground.runUntil(10 * SECOND);
  assert.equal(ground.opened.length, 0);
});

test("what fails at our own end is no server's fault, and is told once", async () => {
  const ground = new HealthGround();
  ground.serve("192.168.150.11", PORT, { kind: "fail-here" });
  ground.configure(one());
  await ground.runUntil(20 * SECOND);
  const warned = ground.notices.filter(({ notice }) => notice.level === "warn");
  assert.equal(warned.length, 1);
  assert.match(warned[0]!.notice.message, /Too many open files/);
  assert.deepEqual(ground.serving, ["192.168.150.11 1", "192.168.150.12 1"]);
  assert.ok(ground.opened.length > 5);
});

test("the end: with omega what was up is told to be down", async () => {
  const ground = await begun(one({ omega: true }));
  ground.notices.length = 0;
  ground.health.stop();
  assert.deepEqual(ground.lines, [
    "RS [192.168.150.11]:tcp:80 [192.168.150.100]:tcp:80 DOWN",
    "RS [192.168.150.12]:tcp:80 [192.168.150.100]:tcp:80 DOWN",
    "VS [192.168.150.100]:tcp:80 DOWN",
  ]);
  const { length } = ground.opened;
  await ground.runUntil(20 * SECOND);
  assert.equal(ground.opened.length, length);
});
