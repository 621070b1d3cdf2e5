/**
 * Tunnels: the director sends requests inside other packets, by a router, to real servers in
 * another network, where no frame of its own could reach them. Answers pass the router alone.
 *
 *            client 192.168.150.1               node01, director
 *                   │                           192.168.150.11, VIP 192.168.150.100
 *                   │                                   │
 *   ────────────────┴──────────┬────────────────────────┴─────── bridge
 *                              │
 *                       router 192.168.150.90
 *                              192.168.151.90 (eth1)
 *                              │
 *   ────────────────┬──────────┴────────────────────┬─────────── far
 *                   │                               │
 *            node02, real server             node03, real server
 *            192.168.151.12, VIP on lo       192.168.151.13, VIP on lo
 *
 * The MAC address of a host ends in the last number of its address, on eth1 after a 01. The path is
 * 1500 bytes wide, and 20 of them are the tunnel's.
 */
import assert from "node:assert/strict";
import { CHECKOUT } from "../../src/cli/lab/names.ts";
import { hex } from "../../src/wire/bytes.ts";
import { frame } from "../../src/wire/frame.ts";
import { packet } from "../../src/wire/packet-builder.ts";
import { capture, stopAt } from "./capture.ts";
import { openConnections } from "./connections.ts";
import { attempt, labHooks, labTest, on, until } from "./lab.ts";
import { check, mends } from "./mending.ts";
import { labSite } from "./site.ts";

const VIP = "192.168.150.100";
const [CLIENT, DIRECTOR] = ["192.168.150.1", "192.168.150.11"];
const [NODE02, NODE03] = ["192.168.151.12", "192.168.151.13"] as const;
const ROUTER_MAC = "02:00:00:00:00:90";
const site = labSite("tun");
const { lab, service, ipvsadm, requests } = site;

labHooks({
  // Each test finds the rules as the lab was built, and the scheduler where it starts.
  beforeEach: async () => {
    await ipvsadm("-C");
    await ipvsadm("-A", "-t", service, "-s", "rr");
    for (const server of [NODE02, NODE03]) await ipvsadm("-a", "-t", service, "-r", server, "-i");
    await on(lab, "client", "ip", "route", "flush", "cache");
  },
});

labTest("round robin takes the servers in turn, the newest first", async () => {
  assert.deepEqual(await requests(4), [NODE03, NODE02, NODE03, NODE02]);
});

labTest("the director adds a header, and the packet inside is the client's own", async () => {
  const cable = await capture(lab, "switch", "node01", "ip", "and", "not", "icmp");
  const server = await site.request();
  const outer = `${DIRECTOR} > ${server}: `;
  const [sent, tunnelled] = await until("the request has left", async () => {
    const came = afterwards(cable.lines(), "02:00:00:00:00:01 > 02:00:00:00:00:11", "length ");
    const left = afterwards(cable.lines(), `02:00:00:00:00:11 > ${ROUTER_MAC}`, outer);
    return left.at(-1)?.includes("Flags [P.]") && ([came, left] as const);
  });
  await cable.stop();
  assert.equal(sent.length, 3, "the two of the client's handshake, and the request");
  assert.deepEqual(tunnelled, sent);
});

labTest("answers come from the router, in the name of the VIP, and pass no director", async () => {
  const answers = await capture(lab, "client", "eth0", "tcp", "and", "src", "host", VIP);
  await site.request();
  const lines = await stopAt(answers, /Flags \[P/);
  for (const line of lines) assert.ok(line.startsWith(`${ROUTER_MAC} > 02:00:00:00:00:01,`), line);
});

labTest("a megabyte comes and goes, once the client has heard what fits the tunnel", async () => {
  assert.equal(await site.download(), 1_000_000);
  const errors = await capture(lab, "client", "eth0", "icmp");
  assert.match(await site.upload(), /^from 192\.168\.151\.1[23]: 1000000 bytes$/);
  await stopAt(errors, /192\.168\.150\.100 > .* unreachable - need to frag \(mtu 1480\)/);
  assert.match(await on(lab, "client", "ip", "route", "get", VIP), /mtu 1480\b/);
});

for (const { name, type, bytes, outer } of [
  {
    name: "GRE",
    type: ["--tun-type", "gre"],
    bytes: 1476,
    outer: /192\.168\.150\.11 > 192\.168\.151\.1[23]: GREv0, .* 192\.168\.150\.1\.\d+ > /,
  },
  {
    name: "GRE with a checksum",
    type: ["--tun-type", "gre", "--tun-csum"],
    bytes: 1472,
    outer: /192\.168\.150\.11 > 192\.168\.151\.1[23]: GREv0, off 0x0, proto IPv4/,
  },
  {
    name: "GUE",
    type: ["--tun-type", "gue", "--tun-port", "6080"],
    bytes: 1468,
    outer: /192\.168\.150\.11\.\d+ > 192\.168\.151\.1[23]\.6080: UDP/,
  },
]) {
  labTest(`requests go in ${name} where the rules say so, and ${bytes} bytes fit`, async () => {
    for (const [host, server] of Object.entries({ node02: NODE02, node03: NODE03 })) {
      const up = [VIP, "--method", "tun", "--director", DIRECTOR, "--port", "6080"];
      await on(lab, host, "weir", "real-server", "up", ...up);
      await ipvsadm("-e", "-t", service, "-r", server, "-i", ...type);
    }
    const filter = ["src", "host", DIRECTOR, "and", "dst", "net", "192.168.151.0/24"];
    const cable = await capture(lab, "switch", "node01", ...filter);
    assert.match(await site.upload(), / 1000000 bytes$/);
    for (const line of await stopAt(cable, outer)) assert.match(line, outer);
    const route = await on(lab, "client", "ip", "route", "get", VIP);
    assert.match(route, new RegExp(`mtu ${bytes}\\b`));
  });
}

labTest("of a narrower path behind the director the client hears as well", async () => {
  const mtu = (bytes: string) => on(lab, "router", "ip", "link", "set", "eth1", "mtu", bytes);
  await mtu("1400");
  try {
    await until("the client has heard of it", async () => {
      assert.match(await site.upload(), / 1000000 bytes$/);
      return /mtu 1380\b/.test(await on(lab, "client", "ip", "route", "get", VIP));
    });
  } finally {
    await mtu("1500");
  }
});

labTest("tunnels are the directors' alone: from elsewhere nothing is taken out", async () => {
  const answers = await capture(lab, "client", "eth0", "tcp", "and", "src", "host", VIP);
  await tunnel("node01", DIRECTOR, 40_001, VIP);
  await until("the director's is answered", async () => answers.lines().length > 0);
  await tunnel("client", CLIENT, 40_002, VIP);
  await tunnel("node01", DIRECTOR, 40_003, "192.168.151.90");
  await until("both are dropped and counted", async () => {
    const { notes } = await check(site, "node02");
    return (
      notes.includes("1 tunnelled packets came from others than the directors, and were dropped") &&
      notes.includes("1 packets in tunnels were for addresses that are not up, and were dropped")
    );
  });
  for (const line of await answers.stop()) assert.match(line, /> 192\.168\.150\.1\.40001: /);
});

labTest("check finds each setting that is broken, and names what mends it", async () => {
  assert.deepEqual((await check(site, "node02")).findings, []);
  const pins = "/sys/fs/bpf/weir-real-server/$(readlink /proc/self/ns/net | tr -dc 0-9)";
  const codes = await mends(
    site,
    "node02",
    ["sh", "-c", `rm ${pins}/link-*`],
    ["ip", "address", "del", `${VIP}/32`, "dev", "lo"],
    ["sysctl", "-q", "-w", "net.ipv4.conf.all.arp_ignore=0", "net.ipv4.conf.all.arp_announce=0"],
    ["ip", "link", "set", "lo", "down"],
  );
  const broken = ["DECAPSULATION_MISSING", "LOOPBACK_DOWN", "VIP_MISSING"];
  assert.deepEqual(codes, [...broken, "ARP_ANSWERED", "ARP_ANNOUNCED"]);
  assert.deepEqual(new Set(await requests(2)), new Set([NODE02, NODE03]));
});

labTest("without its end of the tunnel a server takes nothing, and with it all again", async () => {
  const realServer = (verb: string, ...words: string[]) =>
    on(lab, "node02", "weir", "real-server", verb, VIP, ...words);
  await realServer("down");
  await ipvsadm("-d", "-t", service, "-r", NODE03);
  const refused = await attempt(lab, "client", "curl", "-sS", "-m", "10", `http://${VIP}/`);
  // The kernel knows no such protocol, says so to the director, and this to the client.
  assert.equal(refused.status, 7, "curl(1): 7, failed to connect to host");
  await realServer("up", "--method", "tun", "--director", DIRECTOR);
  assert.equal(await site.request(), NODE02);
});

labTest("connections stay with their server, whatever becomes of the rules", async () => {
  const held = openConnections(lab, VIP, 80);
  const [first] = await held.ask();
  const server = first!.replace("from ", "");
  await ipvsadm("-e", "-t", service, "-r", server, "-i", "-w", "0");
  const other = server === NODE02 ? NODE03 : NODE02;
  assert.deepEqual(await requests(2), [other, other]);
  assert.deepEqual(await held.ask(), [first]);
  await held.close();
});

/** A SYN for the VIP's web server, in an IPIP packet to node02 by the router. */
async function tunnel(host: string, source: string, port: number, to: string): Promise<void> {
  const inner = packet({
    ip: { source: CLIENT, destination: to },
    tcp: { sourcePort: port, destinationPort: 80, flags: ["syn"] },
  });
  const number = source === CLIENT ? "01" : "11";
  const sent = frame({
    eth: { source: `02:00:00:00:00:${number}`, destination: ROUTER_MAC },
    ip: { source, destination: NODE02, protocol: 4 },
    payload: inner,
  });
  const script = [process.execPath, `${CHECKOUT}test/lab/send-frame.ts`, "eth0", hex(sent)];
  await on(lab, host, ...script);
}

/** What one host sent another, up to the request: the lines' ends, from the client's address on. */
function afterwards(lines: readonly string[], hop: string, mark: string): string[] {
  const sent = lines.flatMap((line) => {
    const text = line.slice(line.indexOf(mark)).replace(/, length \d+.*$/, "");
    const at = text.indexOf(`${CLIENT}.`);
    return line.startsWith(hop) && line.includes(mark) && at >= 0 ? [text.slice(at)] : [];
  });
  return sent.slice(0, sent.findIndex((text) => text.includes("Flags [P.]")) + 1);
}
