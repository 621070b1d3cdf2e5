/**
 * Direct routing, as the lecture shows it with LVS: requests pass the director, answers do not.
 *
 *                        client 192.168.150.1
 *                               │
 *   ────────────┬───────────────┴─────────┬───────────────────────┬─────────── switch
 *               │                         │                       │
 *        node01, director          node02, real server     node03, real server
 *        192.168.150.11            192.168.150.12          192.168.150.13
 *        VIP 192.168.150.100       VIP on lo               VIP on lo
 *
 * The MAC address of a host ends in the last number of its address: 02:00:00:00:00:12 is node02.
 */
import assert from "node:assert/strict";
import { startDaemon } from "../../src/cli/lab/hosts.ts";
import { WEIR } from "../../src/cli/lab/names.ts";
import { readLab } from "../../src/cli/lab/record.ts";
import type { LabStatus } from "../../src/cli/lab/status.ts";
import { capture } from "./capture.ts";
import { type Connections, openConnections } from "./connections.ts";
import { attempt, execute, labHooks, labTest, on, ownLab, until } from "./lab.ts";

const VIP = "192.168.150.100";
const SERVICE = `${VIP}:80`;
const [NODE02, NODE03] = ["192.168.150.12", "192.168.150.13"] as const;
const HOSTS: Readonly<Record<string, string>> = { [NODE02]: "node02", [NODE03]: "node03" };
const CONNECTIONS = 10_000;

const lab = ownLab("dr");
const open: Connections[] = [];

labHooks({
  before: async () => {
    const up = await execute(WEIR, ["lab", "up", "dr", "--name", lab]);
    assert.equal(up.status, 0, up.stderr);
  },
  // Each test finds the rules as the lab was built, and the scheduler where it starts.
  beforeEach: async () => {
    for (const connections of open.splice(0)) connections.kill();
    await ipvsadm("-C");
    await ipvsadm("--set", "900", "120", "300");
    await ipvsadm("-A", "-t", SERVICE, "-s", "rr");
    for (const server of [NODE02, NODE03]) await addServer(server);
  },
});

const ipvsadm = (...words: string[]) => on(lab, "node01", "ipvsadm", ...words);
const addServer = (server: string) => ipvsadm("-a", "-t", SERVICE, "-r", server, "-g");

function hold(count = 1): Connections {
  const connections = openConnections(lab, VIP, 80, count);
  open.push(connections);
  return connections;
}

/** One connection, and the address of the server that it was given to. */
async function holdOne(): Promise<{ held: Connections; port: number; server: string }> {
  const held = hold();
  const [port] = await held.ports;
  const [answer] = await held.ask();
  const server = /^from (\S+)$/.exec(answer ?? "")?.[1] ?? "";
  assert.ok(server in HOSTS, answer);
  return { held, port: port!, server };
}

async function request(): Promise<string> {
  const curl = ["curl", "--silent", "--show-error", "--max-time", "10"];
  const body = await on(lab, "client", ...curl, `http://${VIP}/`);
  return body.trim().replace("from ", "");
}

async function requests(count: number): Promise<string[]> {
  const answers: string[] = [];
  for (let asked = 0; asked < count; asked++) answers.push(await request());
  return answers;
}

/**
 * Protocol, time left, state and server of a connection in `ipvsadm -Lnc`, by the client's port.
 */
async function entry(port: number): Promise<{ state: string; server: string } | undefined> {
  const table = await ipvsadm("-L", "-n", "-c");
  const line = new RegExp(
    `^TCP +\\d\\d:\\d\\d +(\\S+) +192\\.168\\.150\\.1:${port} ` +
      "+192\\.168\\.150\\.100:80 +(\\S+):80$",
    "m",
  ).exec(table);
  return line === null ? undefined : { state: line[1]!, server: line[2]! };
}

const inState = (port: number, state: string) =>
  until(`port ${port} is in ${state}`, async () => (await entry(port))?.state === state);

async function daemonPid(): Promise<number> {
  const status = await execute(WEIR, ["lab", "status", "--name", lab, "--json"]);
  const { hosts } = JSON.parse(status.stdout) as LabStatus;
  return hosts.find(({ name }) => name === "node01")?.daemonPid ?? assert.fail(status.stdout);
}

labTest("round robin takes the servers in turn, the newest first, as IPVS does", async () => {
  assert.deepEqual(await requests(6), [NODE03, NODE02, NODE03, NODE02, NODE03, NODE02]);
});

labTest("the director has no socket of a connection; the real server has it", async () => {
  const { port, server } = await holdOne();
  const peer = `192.168.150.1:${port}`;
  const director = await on(lab, "node01", "ss", "-Htan");
  assert.doesNotMatch(director, /192\.168\.150\.100:80|:80\b/);
  const holder = await on(lab, HOSTS[server]!, "ss", "-Htan", "state", "established");
  const sockets = holder.split("\n").filter((line) => line.includes(SERVICE));
  assert.equal(sockets.length, 1);
  assert.ok(sockets[0]?.includes(peer), sockets[0]);
});

labTest("the director changes MAC addresses and nothing else, and sees no answer", async () => {
  const tcp = ["tcp", "and", "host", VIP];
  const cable = await capture(lab, "switch", "node01", ...tcp);
  const { port, server } = await holdOne();
  const [client, director] = ["02:00:00:00:00:01", "02:00:00:00:00:11"];
  const next = `02:00:00:00:00:${server.slice(-2)}`;
  const ours = () => cable.lines().filter((line) => line.includes(`192.168.150.1.${port}`));
  /** What one of them sent the other, up to the request; what follows may be on its way still. */
  const sent = (from: string, to: string) => {
    const hop = `${from} > ${to}, `;
    const lines = ours().flatMap((line) => (line.startsWith(hop) ? line.slice(hop.length) : []));
    return lines.slice(0, lines.findIndex((line) => line.includes("Flags [P.]")) + 1);
  };
  await until("the request has left", async () => sent(director, next).length > 0);
  await cable.stop();
  const [arriving, leaving] = [sent(client, director), sent(director, next)];
  assert.equal(arriving.length, 3, "the two of the client's handshake, and the request");
  assert.deepEqual(leaving, arriving);
  for (const line of ours()) assert.match(line, /^02:00:00:00:00:(01 > 02:00:00:00:00:11|11 > )/);
  const addresses = `192.168.150.1.${port} > 192.168.150.100.80:`;
  for (const line of leaving) assert.ok(line.includes(addresses), line);
});

labTest(
  "answers go from the real server straight to the client, in the name of the VIP",
  async () => {
    const answers = await capture(lab, "client", "eth0", "tcp", "and", "src", "host", VIP);
    const { port, server } = await holdOne();
    const lines = (await answers.stop()).filter((line) => line.includes(`192.168.150.1.${port}`));
    assert.ok(lines.length >= 2, "the answer to the SYN and the one to the request");
    for (const line of lines) {
      assert.ok(line.startsWith(`02:00:00:00:00:${server.slice(-2)} > 02:00:00:00:00:01,`), line);
    }
  },
);

labTest("no real server ever answers ARP for the VIP", async () => {
  const answers = await capture(lab, "client", "eth0", "arp", "and", "src", "host", VIP);
  for (let round = 0; round < 3; round++) {
    await on(lab, "client", "ip", "neighbour", "flush", "dev", "eth0");
    await requests(2);
  }
  const lines = await answers.stop();
  assert.ok(lines.length >= 3, lines.join("\n"));
  for (const line of lines) assert.match(line, /^02:00:00:00:00:11 > .* is-at 02:00:00:00:00:11,/);
  for (const host of ["node02", "node03"]) {
    const checked = await on(lab, host, "weir", "real-server", "check", "--vip", VIP);
    assert.match(checked, /note: 02:00:00:00:00:11 on eth0 answers ARP for 192\.168\.150\.100\n/);
  }
});

labTest(
  "a connection whose server is silent stays in SYN_RECV, and goes on when it speaks",
  async () => {
    const servers = ["node02", "node03"];
    const realServer = (verb: string) =>
      Promise.all(servers.map((host) => on(lab, host, "weir", "real-server", verb, "--vip", VIP)));
    await realServer("down");
    const held = hold();
    const port = await until("the director has an entry", async () => {
      const table = await ipvsadm("-L", "-n", "-c");
      return /SYN_RECV +192\.168\.150\.1:(\d+) /.exec(table)?.[1];
    });
    await realServer("up");
    assert.deepEqual(await held.ports, [Number(port)]);
    await inState(Number(port), "ESTABLISHED");
  },
);

labTest("a closed connection is in FIN_WAIT, and leaves when its timeout is up", async () => {
  await ipvsadm("--set", "900", "2", "300");
  const { held, port, server } = await holdOne();
  assert.deepEqual(await entry(port), { state: "ESTABLISHED", server });
  assert.match(await ipvsadm("-L", "-n"), new RegExp(`${server}:80 +Route +1 +1 +\\d+ *$`, "m"));
  await held.close();
  await inState(port, "FIN_WAIT");
  await until("it is gone", async () => (await entry(port)) === undefined);
});

labTest("weight 0 quiesces: what is there goes on, nothing new comes", async () => {
  const { held, port, server } = await holdOne();
  const other = server === NODE02 ? NODE03 : NODE02;
  await ipvsadm("-e", "-t", SERVICE, "-r", server, "-g", "-w", "0");
  assert.deepEqual(await requests(4), [other, other, other, other]);
  assert.deepEqual(await held.ask(), [`from ${server}`]);
  assert.equal((await entry(port))?.server, server);
});

labTest(
  "packets of a removed server's connections are dropped until it is there again",
  async () => {
    const { held, port, server } = await holdOne();
    await ipvsadm("-d", "-t", SERVICE, "-r", server);
    const filter = ["tcp", "port", String(port), "and", "dst", "host", VIP, "and", "greater", "80"];
    const cable = await capture(lab, "switch", "node01", ...filter);
    let answered = false;
    const answer = held.ask().then((answers) => {
      answered = true;
      return answers;
    });
    await until("the client has repeated its request", async () => cable.lines().length >= 2);
    assert.equal(answered, false);
    assert.equal((await entry(port))?.server, server, "the entry stays");
    for (const line of await cable.stop()) {
      assert.ok(line.startsWith("02:00:00:00:00:01 > 02:00:00:00:00:11,"), line);
    }
    await addServer(server);
    assert.deepEqual(await answer, [`from ${server}`]);
  },
);

labTest(`${CONNECTIONS} connections at once are all answered, each by one server`, async () => {
  const held = hold(CONNECTIONS);
  const ports = await held.ports;
  assert.equal(new Set(ports).size, CONNECTIONS);
  const first = await held.ask();
  const second = await held.ask();
  assert.deepEqual(second, first, "a connection is with the server that it began with");
  const counts = new Map<string, number>();
  for (const answer of first) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  assert.deepEqual([...counts.keys()].sort(), [`from ${NODE02}`, `from ${NODE03}`]);
  for (const [server, host] of Object.entries(HOSTS)) {
    const sockets = await on(lab, host, "ss", "-Htn", "state", "established");
    const here = sockets.split("\n").filter((line) => line.includes(SERVICE)).length;
    assert.equal(here, counts.get(`from ${server}`));
  }
  const table = await ipvsadm("-L", "-n", "-c");
  assert.equal(table.match(/ ESTABLISHED /g)?.length, CONNECTIONS);
  await held.close();
});

labTest(
  "packets flow while the daemon is gone, and it finds rules and connections again",
  async () => {
    const { held, port, server } = await holdOne();
    const rules = await ipvsadm("-S", "-n");
    const pid = await daemonPid();
    process.kill(pid, "SIGKILL");
    await until(
      "it is gone",
      async () => (await attempt(lab, "node01", "ipvsadm", "-Ln")).status !== 0,
    );

    assert.deepEqual(await held.ask(), [`from ${server}`]);
    const answers = await requests(4);
    assert.deepEqual(new Set(answers), new Set([NODE02, NODE03]));
    for (const [at, answer] of answers.entries()) assert.notEqual(answer, answers[at + 1]);

    const record = readLab(lab) ?? assert.fail("the lab has no record");
    const started = await startDaemon(record, "node01");
    assert.ok(started.ok, started.ok ? "" : started.fault.message);
    assert.notEqual(await daemonPid(), pid);
    assert.equal(await ipvsadm("-S", "-n"), rules);
    assert.deepEqual(await held.ask(), [`from ${server}`]);
    assert.deepEqual(await entry(port), { state: "ESTABLISHED", server });
    assert.equal(new Set(await requests(2)).size, 2);
  },
);
