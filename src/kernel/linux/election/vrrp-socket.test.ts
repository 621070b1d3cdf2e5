import { deepEqual, equal, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { checksum } from "../../../wire/checksum.ts";
import { encodeEthernet } from "../../../wire/ethernet.ts";
import { encodeIpv4 } from "../../../wire/ipv4.ts";
import { ETHERTYPE } from "../../../wire/protocol.ts";
import type { Arrived, VrrpOrder, VrrpSocket } from "../../election-ground.ts";
import { indexOf, inNamespace, ip, testAddon } from "../namespace.fixture.ts";
import { FrameSender } from "./frames.ts";
import { openVrrpSocket } from "./vrrp-socket.ts";

const GROUP = "224.0.0.18";
const GROUP6 = "ff02::12";
const MESSAGE = Uint8Array.of(0x21, 51, 100, 1, 0, 1, 0, 0, 192, 168, 150, 100);
const PATIENCE_MS = 15_000;

/*
 *   eth0 (192.168.150.11, fe80::11, 02::11) ─── eth1 (192.168.150.12, fe80::12, 02::12)
 */
async function withPair(body: (sides: [number, number]) => Promise<void>): Promise<void> {
  await inNamespace(async () => {
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth1");
    for (const [name, last] of [
      ["eth0", 11],
      ["eth1", 12],
    ] as const) {
      ip("link", "set", name, "address", `02:00:00:00:00:${last}`, "addrgenmode", "none", "up");
      ip("address", "add", `192.168.150.${last}/24`, "dev", name);
      ip("address", "add", `fe80::${last}/64`, "dev", name, "nodad");
      // Both ends are this host's: without it an IPv4 source of its own would be a martian one.
      execFileSync("sysctl", ["-qw", `net.ipv4.conf.${name}.accept_local=1`]);
    }
    try {
      await body([indexOf("eth0"), indexOf("eth1")]);
    } finally {
      for (const socket of opened.splice(0)) socket.close();
    }
  });
}

/** What a test has opened: an open socket would keep its process alive after a failure. */
const opened: VrrpSocket[] = [];

interface Ear {
  readonly socket: VrrpSocket;
  /** The next message, however long it takes to arrive. */
  next(): Promise<Arrived>;
}

function open(order: Omit<VrrpOrder, "readable">): Ear {
  const queue: Arrived[] = [];
  let told = Promise.withResolvers<void>();
  const result = openVrrpSocket(testAddon(), {
    ...order,
    readable() {
      for (let one = socket.receive(); one; one = socket.receive()) queue.push(one);
      told.resolve();
      told = Promise.withResolvers();
    },
  });
  ok(result.ok, result.ok ? "" : result.fault.message);
  const socket = result.value;
  opened.push(socket);
  const next = async () => {
    const limit = setTimeout(() => told.reject(new Error("nothing arrived")), PATIENCE_MS);
    while (queue.length === 0) await told.promise;
    clearTimeout(limit);
    return queue.shift()!;
  };
  return { socket, next };
}

test("what a side of a wire sends to the group arrives at the other alone", async () => {
  await withPair(async ([near, far]) => {
    for (const [family, group, prefix] of [
      [4, GROUP, "192.168.150."],
      [6, GROUP6, "fe80::"],
    ] as const) {
      const a = open({ link: near, family, group, source: `${prefix}11`, ttl: 255 });
      const b = open({ link: far, family, group, source: `${prefix}12`, ttl: 255 });
      ok(a.socket.send(group, MESSAGE).ok);
      deepEqual(await b.next(), {
        source: `${prefix}11`,
        destination: group,
        ttl: 255,
        message: MESSAGE,
      });
      ok(b.socket.send(group, MESSAGE.subarray(1)).ok);
      // The first that a hears is b's: its own did not come back to it.
      deepEqual((await a.next()).message, MESSAGE.slice(1));
      a.socket.close();
      b.socket.close();
    }
  });
});

test("TTL and destination are those of the packet", async () => {
  await withPair(async ([near, far]) => {
    const native = testAddon();
    const frames = FrameSender.open(native);
    ok(frames.ok);
    const ear = open({ link: near, family: 4, group: GROUP, source: "192.168.150.11", ttl: 255 });
    const sent = encodeEthernet({
      destination: "02:00:00:00:00:11",
      source: "02:00:00:00:00:12",
      type: ETHERTYPE.ipv4,
      payload: encodeIpv4({
        version: 4,
        trafficClass: 0,
        id: 7,
        dontFragment: false,
        moreFragments: false,
        fragmentOffset: 0,
        ttl: 254,
        protocol: 112,
        source: "192.168.150.13",
        destination: "192.168.150.11",
        options: new Uint8Array(0),
        payload: MESSAGE,
      }),
    });
    equal(checksum(sent.subarray(14, 34)), 0);
    ok(frames.value.send(far, sent).ok);
    deepEqual(await ear.next(), {
      source: "192.168.150.13",
      destination: "192.168.150.11",
      ttl: 254,
      message: MESSAGE,
    });
    ear.socket.close();
    frames.value.close();
  });
});

test("a message of random length up to the longest arrives whole", async () => {
  await withPair(async ([near, far]) => {
    const a = open({ link: near, family: 6, group: GROUP6, source: "fe80::11", ttl: 255 });
    const b = open({ link: far, family: 6, group: GROUP6, source: "fe80::12", ttl: 255 });
    // 255 IPv6 addresses: the kernel makes fragments of it and puts them together.
    const long = Uint8Array.from({ length: 8 + 255 * 16 }, (_, at) => at & 255);
    ok(a.socket.send(GROUP6, long).ok);
    deepEqual((await b.next()).message, long);
    a.socket.close();
    b.socket.close();
  });
});

test("an interface that is not there is a missing link, for either family and way", async () => {
  await inNamespace(() => {
    const native = testAddon();
    const order = { link: 9999, ttl: 255, readable() {} };
    for (const [family, group, source] of [
      [4, GROUP, "127.0.0.1"],
      [6, GROUP6, "fe80::11"],
    ] as const) {
      for (const to of [{ group }, {}]) {
        const opened = openVrrpSocket(native, { ...order, family, source, ...to });
        equal(opened.ok ? "opened" : opened.fault.code, "LINK_MISSING");
      }
    }
  });
});

test("a source that is not ours is refused, and a link that is down cannot send", async () => {
  await withPair(async ([near]) => {
    const native = testAddon();
    const order = { link: near, family: 4 as const, ttl: 255, readable() {} };
    const foreign = openVrrpSocket(native, { ...order, source: "192.168.150.99" });
    equal(foreign.ok ? "opened" : foreign.fault.code, "SOCKET_FAILED");
    const { socket } = open({ ...order, group: GROUP, source: "192.168.150.11" });
    ip("link", "set", "eth0", "down");
    const sent = socket.send(GROUP, MESSAGE);
    equal(sent.ok ? "sent" : sent.fault.code, "SEND_FAILED");
    socket.close();
    equal(socket.receive(), undefined);
    const closed = socket.send(GROUP, MESSAGE);
    equal(closed.ok ? "sent" : closed.fault.code, "SEND_FAILED");
  });
});

test("a frame out of an interface that is not there is a missing link", () => {
  const frames = FrameSender.open(testAddon());
  ok(frames.ok);
  const sent = frames.value.send(9999, new Uint8Array(60));
  equal(sent.ok ? "sent" : sent.fault.code, "LINK_MISSING");
  frames.value.close();
});
