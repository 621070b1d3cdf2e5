import assert from "node:assert/strict";
import test from "node:test";
import type { Interface } from "../../kernel/linux/interface.ts";
import type { ArpValues } from "./arp-policy.ts";
import { describeAnswers, examine, type Question } from "./examine.ts";
import { type Observation, parseListeners } from "./observe.ts";

const VIP = "192.168.150.100";
const UP = `weir real-server up ${VIP}`;

function link(name: string, ...addresses: [address: string, prefix: number][]): Interface {
  return {
    index: 1,
    name,
    mac: "02:00:00:00:00:12",
    up: true,
    ethernet: name !== "lo",
    addresses: addresses.map(([address, prefix]) => ({
      family: address.includes(":") ? 6 : 4,
      address,
      prefix,
      scope: "global",
    })),
  };
}

function values(all: number, interfaces: Record<string, number> = {}): ArpValues {
  return { all, interfaces: new Map(Object.entries(interfaces)) };
}

/** A real server as it should be. */
const WELL: Observation = {
  interfaces: [link("lo", [VIP, 32], ["2001:db8::64", 128]), link("eth0", ["192.168.150.12", 24])],
  arpIgnore: values(1),
  arpAnnounce: values(2),
  rpFilter: values(1),
  defaultLink: "eth0",
  listeners: ["0.0.0.0:80", "[::]:80"],
};

function codes(host: Partial<Observation>, question: Partial<Question> = {}): string[] {
  const asked = { vip: VIP, only: undefined, answers: [], up: UP, ...question };
  return examine({ ...WELL, ...host }, asked).map(({ code }) => code);
}

test("examine() finds nothing on a host that is as it should be, for either family", () => {
  assert.deepEqual(codes({}), []);
  assert.deepEqual(
    codes({ arpIgnore: values(0), arpAnnounce: values(0) }, { vip: "2001:db8::64" }),
    [],
  );
});

test("examine() tells a VIP that is missing, too wide, or where it answers", () => {
  assert.deepEqual(codes({ interfaces: [link("lo"), link("eth0")] }), ["VIP_MISSING"]);
  assert.deepEqual(codes({ interfaces: [link("lo", [VIP, 24])] }), ["VIP_PREFIX"]);
  assert.deepEqual(codes({ interfaces: [link("lo", [VIP, 32]), link("eth0", [VIP, 24])] }), [
    "VIP_ON_INTERFACE",
  ]);
  assert.deepEqual(codes({ interfaces: [{ ...link("lo", [VIP, 32]), up: false }] }), [
    "LOOPBACK_DOWN",
  ]);
});

test("examine() tells an interface that cannot ask neighbours for an IPv6 VIP's answers", () => {
  const vip = "2001:db8::64";
  const lo = link("lo", [vip, 128]);
  const eth0 = link("eth0", ["2001:db8::12", 64]);
  const asked = { vip, only: undefined, answers: [], up: UP };
  const [finding] = examine({ ...WELL, interfaces: [lo, eth0] }, asked);
  assert.equal(finding?.code, "LINK_LOCAL_MISSING");
  assert.equal(finding.fix, "ip address add fe80::ff:fe00:12/64 dev eth0");
  const own = { family: 6, address: "fe80::12", prefix: 64, scope: "link" } as const;
  const able = { ...eth0, addresses: [...eth0.addresses, own] };
  assert.deepEqual(codes({ interfaces: [lo, able] }, { vip }), []);
});

test("examine() goes by the value that the kernel goes by, the larger of the two", () => {
  assert.deepEqual(codes({ arpIgnore: values(0, { eth0: 1 }) }), []);
  assert.deepEqual(codes({ arpIgnore: values(0), arpAnnounce: values(1) }), [
    "ARP_ANSWERED",
    "ARP_ANNOUNCED",
  ]);
  assert.deepEqual(codes({ arpIgnore: values(1, { eth0: 3 }) }), ["ARP_ANSWERED"]);
});

test("examine() names the parameter that mends it", () => {
  const asked = { vip: VIP, only: undefined, answers: [], up: UP };
  const [own] = examine({ ...WELL, arpIgnore: values(0) }, asked);
  assert.equal(own?.fix, "sysctl -w net.ipv4.conf.eth0.arp_ignore=1");
  const [all] = examine({ ...WELL, arpIgnore: values(3, { eth0: 1 }) }, asked);
  assert.equal(all?.fix, "sysctl -w net.ipv4.conf.all.arp_ignore=1");
});

test("examine() with an interface looks at that one alone", () => {
  const interfaces = [...WELL.interfaces, link("eth1", ["10.0.0.12", 24])];
  const arpIgnore = values(0, { eth0: 1, eth1: 0 });
  assert.deepEqual(codes({ interfaces, arpIgnore }), ["ARP_ANSWERED"]);
  assert.deepEqual(codes({ interfaces, arpIgnore }, { only: "eth0" }), []);
});

test("examine() tells a reply path that strict reverse path filtering cuts", () => {
  assert.deepEqual(codes({ defaultLink: "eth1" }), ["REPLY_PATH"]);
  assert.deepEqual(codes({ defaultLink: "eth1", rpFilter: values(1, { eth0: 2 }) }), []);
});

test("examine() tells two holders of the VIP, and one is as it should be", () => {
  const one = [{ link: "eth0", macs: ["02:00:00:00:00:11"] }];
  const two = [{ link: "eth0", macs: ["02:00:00:00:00:11", "02:00:00:00:00:13"] }];
  assert.deepEqual(codes({}, { answers: one }), []);
  assert.deepEqual(codes({}, { answers: two }), ["VIP_TWICE"]);
});

test("examine() tells that nobody listens where the VIP's packets arrive", () => {
  assert.deepEqual(codes({ listeners: ["192.168.150.12:80", "127.0.0.1:25"] }), ["NOBODY_LISTENS"]);
  assert.deepEqual(codes({ listeners: [`${VIP}:80`] }), []);
  assert.deepEqual(codes({ listeners: ["*:80"] }), []);
});

test("describeAnswers() says who answers, or that nobody does", () => {
  const asked = { vip: VIP, only: undefined, up: UP };
  assert.deepEqual(describeAnswers({ ...asked, answers: [{ link: "eth0", macs: [] }] }), [
    "nobody on eth0 answers ARP for 192.168.150.100: is the director up?",
  ]);
  assert.deepEqual(
    describeAnswers({ ...asked, answers: [{ link: "eth0", macs: ["02:00:00:00:00:11"] }] }),
    ["02:00:00:00:00:11 on eth0 answers ARP for 192.168.150.100"],
  );
});

test("parseListeners() reads the local addresses of ss", () => {
  const output = [
    "udp   UNCONN 0      0            0.0.0.0:68        0.0.0.0:*",
    "tcp   LISTEN 0      511                *:80              *:*",
    "tcp   LISTEN 0      511             [::1]:25           [::]:*",
    "",
  ].join("\n");
  assert.deepEqual(parseListeners(output), ["0.0.0.0:68", "*:80", "[::1]:25"]);
});
