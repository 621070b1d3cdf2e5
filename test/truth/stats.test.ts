/**
 * stats.txt played through the data path's specification and a whole director: what is counted,
 * when listings show it, and how rates rise and fall. What ipvsadm makes of numbers is held in
 * ipvsadm.test.ts.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Client, datagram, segment } from "./client.ts";
import { parseTranscript } from "./transcript.ts";
import { WholeDirector } from "./whole-director.ts";

const TEXT = readFileSync(new URL("stats.txt", import.meta.url), "utf8");
const STEPS = parseTranscript(TEXT);

const CLIENT: Client = {
  address: "192.168.150.60",
  virtual: "192.168.150.100",
  mac: "02:00:00:00:00:50",
  directorMac: "02:00:00:00:00:10",
};
const SERVER: Client = {
  address: "10.0.0.99",
  virtual: CLIENT.address,
  mac: "02:00:00:00:01:11",
  directorMac: "02:00:00:00:01:01",
};

async function directorOfTheCapture(): Promise<WholeDirector> {
  const director = new WholeDirector({
    interfaces: [
      { mac: CLIENT.directorMac, addresses: ["192.168.150.10/24"] },
      { mac: SERVER.directorMac, addresses: ["10.0.0.1/24"] },
    ],
    local: [CLIENT.virtual],
    neighbours: { [CLIENT.address]: CLIENT.mac, [SERVER.address]: SERVER.mac },
  });
  for (const { command } of STEPS.filter(({ section }) => section === "")) {
    assert.equal(await director.ipvsadm(command), "", command);
  }
  return director;
}

function sendDatagram(director: WholeDirector, port: number): void {
  director.receive(datagram(CLIENT, { port, virtualPort: 53, data: new Uint8Array(100) }), 1);
}

function answerDatagram(director: WholeDirector, port: number): void {
  director.receive(datagram(SERVER, { port: 53, virtualPort: port, data: new Uint8Array(200) }), 2);
}

/** The lines of a section that are no commands and not their output. */
function sectionLines(title: string): string[] {
  const section = TEXT.split(/^######## /m).find((part) => part.startsWith(title));
  assert.ok(section !== undefined, title);
  return section.split("\n").slice(1);
}

function single(line: string): string {
  return line.trim().replaceAll(/ +/g, " ");
}

const FIRST_SEEN = sectionLines("when does --stats see a packet?");

test("a packet counts in --stats two seconds later as in the capture", async () => {
  const director = await directorOfTheCapture();
  sendDatagram(director, 5000);
  director.estimationTurn();
  const listed = (await director.ipvsadm("ipvsadm -Ln --stats -u 192.168.150.100:53")).split("\n");
  assert.deepEqual(listed.slice(2, 4), FIRST_SEEN.slice(4, 6));
});

test("[excluded: --stats is not up to two seconds old in Weir] and not before", async () => {
  const director = await directorOfTheCapture();
  sendDatagram(director, 5000);
  const listed = (await director.ipvsadm("ipvsadm -Ln --stats -u 192.168.150.100:53")).split("\n");
  assert.notDeepEqual(listed.slice(2, 4), FIRST_SEEN.slice(1, 3));
});

const ROWS = sectionLines("--rate every second").filter((line) => line.startsWith("t="));

test("rates rise with 50 packets a second, and fall in silence, row by row", async (t) => {
  assert.equal(ROWS.length, 30);
  const director = await directorOfTheCapture();
  sendDatagram(director, 5000);
  // The packet of the section before, and two seconds without one.
  director.estimationTurn();
  director.estimationTurn();
  let sent = 1;
  let before = ROWS[0]!.slice(6);
  for (const row of ROWS) {
    await t.test(row.slice(0, 4), async () => {
      // The kernel's timer has its own beat: it had come by where the row is not as the one before.
      if (row.slice(6) !== before) {
        before = row.slice(6);
        const packets = Number(/\|\| UDP \S+ (\d+)/.exec(row)![1]);
        for (; sent < packets; sent++) {
          sendDatagram(director, 6000 + sent);
          answerDatagram(director, 6000 + sent);
        }
        director.estimationTurn();
      }
      const [rate, stats] = await Promise.all(
        ["--rate", "--stats"].map((columns) =>
          director.ipvsadm(`ipvsadm -Ln ${columns} -u 192.168.150.100:53`),
        ),
      );
      const shown = [rate, stats].map((text) => single(text!.split("\n")[2]!)).join(" || ");
      assert.equal(shown, single(row.slice(6)));
    });
  }
});

const TCP_TITLE = "which packets and bytes are counted";

test("of a TCP connection, every packet of it counts with its IP total length", async () => {
  const director = await directorOfTheCapture();
  const [, sent] = /^sent in: (.*)$/m.exec(TEXT)!;
  assert.match(sent!, /^S A PA\(100\) FA A A and one stray ACK .*; out: SA PA\(1000\) FA$/);
  const bytes = (length: number) => (length === 0 ? {} : { data: new Uint8Array(length) });
  const client = (flags: string, length = 0) =>
    director.receive(segment(CLIENT, { port: 7000, flags, ...bytes(length) }), 1);
  const server = (flags: string, length = 0) =>
    director.receive(segment(SERVER, { port: 80, virtualPort: 7000, flags, ...bytes(length) }), 2);
  client("S");
  server("SA");
  client("A");
  client("PA", 100);
  server("PA", 1000);
  client("FA");
  server("FA");
  client("A");
  client("A");
  director.receive(segment(CLIENT, { port: 7001, flags: "A" }), 1);
  director.estimationTurn();
  const listing = STEPS.find(({ section }) => section.startsWith(TCP_TITLE))!;
  assert.equal(await director.ipvsadm(listing.command), listing.stdout);
});

/** Everything of `-Z` and of run_estimation=0, in the capture's order. */
const AFTERWARDS = STEPS.filter(({ section }) => ["-Z", "run_estimation=0"].includes(section));

test("-Z takes counters and rates back; with run_estimation 0 nothing moves", async (t) => {
  const director = await directorOfTheCapture();
  const sendSome = () => {
    for (let port = 6000; port < 6010; port++) sendDatagram(director, port);
  };
  sendSome();
  director.receive(segment(CLIENT, { port: 7000, flags: "S" }), 1);
  director.estimationTurn();
  const whole = AFTERWARDS.filter(({ section }, at) => section !== "-Z" || at >= 2);
  await t.test("-Z of one service leaves the others alone", async () => {
    await director.ipvsadm(AFTERWARDS[0]!.command);
    const lines = (await director.ipvsadm(AFTERWARDS[1]!.command)).split("\n");
    assert.deepEqual(lines.slice(0, 5), AFTERWARDS[1]!.stdout.split("\n").slice(0, 5));
    assert.match(lines[5]!, /^UDP {2}192\.168\.150\.100:53 +10 +10 +0 /);
  });
  for (const { command, stdout, section, line } of whole) {
    if (command.startsWith("cat ")) continue;
    await t.test(`${section}, line ${line}: ${command}`, async () => {
      if (command.startsWith("sysctl ")) {
        assert.equal(await director.sysctl(command), stdout);
        sendSome();
        director.estimationTurn();
        return;
      }
      const shown = await director.ipvsadm(command);
      // How many connections the capture had by then is its earlier sections' affair.
      if (command === "ipvsadm -Ln") assert.equal(uncounted(shown), uncounted(stdout));
      else assert.equal(shown, stdout);
    });
  }
  await t.test("and with run_estimation 1 what was counted meanwhile is there", async () => {
    await director.sysctl("sysctl -w net.ipv4.vs.run_estimation=1");
    const listed = await director.ipvsadm("ipvsadm -Ln --stats -u 192.168.150.100:53");
    assert.match(listed.split("\n")[2]!, / 10 +0 +1280 +0$/);
  });
});

function uncounted(text: string): string {
  return text.replaceAll(/(Masq {4}1 {6})\d+ +\d+ +$/gm, "$1");
}

test("what is left of the capture is excluded by name", () => {
  const rest = STEPS.filter(({ command }) => command.startsWith("cat "));
  // Weir is no module of the kernel, and has no files in /proc/net.
  assert.deepEqual(
    [...new Set(rest.map(({ command }) => command))],
    ["cat /proc/net/ip_vs_stats", "cat /proc/net/ip_vs_stats_percpu"],
  );
  // When the 1500 and the 30000 packets met the kernel's timer is not told, and so their rates
  // cannot be played; how the numbers are printed is held in ipvsadm.test.ts.
  assert.equal(STEPS.filter(({ section }) => section.startsWith("big numbers")).length, 9);
});
