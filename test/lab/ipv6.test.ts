/**
 * The labs over IPv6 alone: each network as in dr.test.ts, nat.test.ts and tun.test.ts, with
 * fd00:150::11 in the place of 192.168.150.11, fd00:151:: in the place of 192.168.151.0/24 and
 * fd00:10:: in the place of 10.0.0.0/24.
 *
 *   client fd00:150::1 ──┬── node01 fd00:150::11, VIP fd00:150::100
 *                        │
 *                        └── node02 …::12 and node03 …::13: beside it (dr), behind it (nat),
 *                            or behind a router (tun)
 */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { capture, stopAt } from "./capture.ts";
import { refusedDatagram } from "./datagram.ts";
import { labTest, on } from "./lab.ts";
import { check } from "./mending.ts";
import { labSite, type Site } from "./site.ts";

const VIP = "fd00:150::100";
/** A neighbour advertisement for the VIP, as tcpdump has it. */
const TOLD = /tgt is fd00:150::100,/;

/** The director's tunnels, as ipvsadm asks for them and as tcpdump shows them. */
const TUNNELS = [
  {
    name: "GUE",
    type: ["--tun-type", "gue", "--tun-port", "6080"],
    bytes: 1448,
    outer: /fd00:150::11\.\d+ > fd00:151::1[23]\.6080: UDP/,
  },
  {
    name: "GRE",
    type: ["--tun-type", "gre"],
    bytes: 1456,
    outer: /fd00:150::11 > fd00:151::1[23]: GREv0, /,
  },
  {
    name: "IP in IP",
    type: [],
    bytes: 1460,
    outer: /fd00:150::11 > fd00:151::1[23]: fd00:150::1\.\d+ > fd00:150::100\.80: /,
  },
];

describe("dr over IPv6", () => {
  const site = labSite("dr", { ipv6: true });
  bothServe(site, "fd00:150::13", "fd00:150::12");

  labTest("the director alone tells who has the VIP", async () => {
    const told = await capture(site.lab, "client", "eth0", "icmp6", "and", "ip6[40]", "=", "136");
    await on(site.lab, "client", "ip", "-6", "neighbour", "flush", "dev", "eth0");
    await site.requests(2);
    const lines = (await stopAt(told, TOLD)).filter((line) => TOLD.test(line));
    for (const line of lines) assert.ok(line.startsWith("02:00:00:00:00:11 > "), line);
  });
});

describe("nat over IPv6", () => {
  const site = labSite("nat", { ipv6: true });
  bothServe(site, "fd00:10::13", "fd00:10::12");

  labTest("the director puts the VIP into answers", async () => {
    const answers = await capture(site.lab, "client", "eth0", "tcp", "and", "src", "port", "80");
    await site.request();
    const lines = await stopAt(answers, /Flags \[P/);
    for (const line of lines) {
      assert.match(line, /^02:00:00:00:00:11 > .* fd00:150::100\.80 > fd00:150::1\./);
    }
  });

  labTest("a server's port unreachable comes back in the VIP's name", async () => {
    await site.ipvsadm("-A", "-u", `[${VIP}]:5353`, "-s", "rr");
    await site.ipvsadm("-a", "-u", `[${VIP}]:5353`, "-r", "[fd00:10::12]:5454", "-m");
    assert.equal(await refusedDatagram(site.lab, VIP, 5353), "ECONNREFUSED");
  });
});

describe("tun over IPv6, gue", () => {
  const site = labSite("tun", { ipv6: true, tunnel: "gue" });
  bothServe(site, "fd00:151::13", "fd00:151::12");
  for (const { name, type, bytes, outer } of TUNNELS) {
    labTest(`requests go in ${name}, and ${bytes} bytes fit`, async () => {
      await on(site.lab, "client", "ip", "-6", "route", "flush", "cache");
      for (const server of ["[fd00:151::12]:80", "[fd00:151::13]:80"]) {
        await site.ipvsadm("-e", "-t", site.service, "-r", server, "-i", ...type);
      }
      const filter = ["ip6", "and", "net", "fd00:151::/64"];
      const cable = await capture(site.lab, "switch", "node01", ...filter);
      assert.match(await site.upload(), / 1000000 bytes$/);
      for (const line of await stopAt(cable, outer)) assert.match(line, outer);
      const route = await on(site.lab, "client", "ip", "route", "get", VIP);
      assert.match(route, new RegExp(`mtu ${bytes}\\b`));
    });
  }
});

/** What every lab must do. The newest server is first. */
function bothServe(site: Site, newest: string, other: string): void {
  labTest("both servers answer in turn, and a megabyte comes and goes", async () => {
    assert.deepEqual(await site.requests(4), [newest, other, newest, other]);
    assert.equal(await site.download(), 1_000_000);
    assert.equal(await site.upload(), `from ${other}: 1000000 bytes`);
  });

  labTest("both servers are as they should be", async () => {
    const checked = await Promise.all(["node02", "node03"].map((host) => check(site, host)));
    assert.deepEqual(
      checked.map(({ findings }) => findings),
      [[], []],
    );
  });
}
