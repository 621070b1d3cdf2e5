import assert from "node:assert/strict";
import { test } from "node:test";
import { LEASED_SLOTS, LEASES } from "../datapath/constants.ts";
import { leaseAllows, leaseOf, leaseSilences } from "../datapath/lease.ts";
import type { View } from "../datapath/tables.ts";
import { testView } from "../datapath/testing/tables.ts";
import { readWords } from "../datapath/tuple.ts";
import { mappedBytes } from "../wire/address.ts";
import { arpProbe } from "../wire/arp.ts";
import { frame } from "../wire/frame.ts";
import { neighbourMessage, solicitedNode } from "../wire/neighbour-discovery.ts";
import { type LeaseOrder, syncLeases as syncLeasesAt } from "./leases.ts";

const NOW = 1_000_000_000n;
const VIP = "192.168.150.100";
const VIP6 = "fd00:150::100";
const ETH = { source: "02:00:00:00:00:01", destination: "02:00:00:00:00:11" };

const order = (router: number, ...addresses: string[]): LeaseOrder => ({
  ifindex: 2,
  router,
  family: addresses[0]?.includes(":") ? 6 : 4,
  addresses,
});

function words(address: string) {
  const bytes = mappedBytes(address);
  return readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

const view = () => testView();

const syncLeases = (director: View, orders: readonly LeaseOrder[], now = NOW) =>
  syncLeasesAt(director, orders, now);

test("without an election every address may be served", () => {
  const director = view();
  assert.deepEqual(syncLeases(director, []), []);
  assert.ok(leaseAllows(director, words(VIP), NOW));
});

test("an elected address waits for its lease, and other addresses do not", () => {
  const director = view();
  const [slot] = syncLeases(director, [order(51, VIP)]);
  assert.equal(slot, 1);
  assert.ok(!leaseAllows(director, words(VIP), NOW));
  assert.ok(leaseAllows(director, words("192.168.150.101"), NOW));
  director.leases.setWord(1, "until", NOW + 1n);
  assert.ok(leaseAllows(director, words(VIP), NOW));
  assert.ok(!leaseAllows(director, words(VIP), NOW + 1n));
});

test("who had a slot keeps it and its lease, whoever comes and goes around it", () => {
  const director = view();
  syncLeases(director, [order(51, VIP), order(52, VIP6)]);
  director.leases.setWord(2, "until", NOW + 5n);
  assert.deepEqual(syncLeases(director, [order(53, "10.0.0.1"), order(52, VIP6)]), [3, 2]);
  assert.equal(director.leases.getWord(2, "until"), NOW + 5n);
  assert.equal(leaseOf(director, words(VIP)), 0);
  assert.deepEqual(syncLeases(director, [order(54, VIP), order(52, VIP6)]), [1, 2]);
});

test("who comes does not go by the lease of who goes, and still renews it", () => {
  const director = view();
  syncLeases(director, [order(51, VIP)]);
  const [slot] = syncLeases(director, [order(52, "10.0.0.1")]);
  director.leases.setWord(1, "until", NOW + 5n);
  assert.equal(director.leases.getWord(slot!, "until"), 0n);
  assert.ok(!leaseAllows(director, words("10.0.0.1"), NOW));
});

test("an instance that goes while it holds keeps its lease until its election ends it", () => {
  const director = view();
  syncLeases(director, [order(51, VIP), order(52, VIP6)]);
  director.leases.setWord(1, "until", NOW + 5n);
  for (const rest of [[order(52, VIP6)], []]) {
    syncLeases(director, rest);
    assert.ok(leaseAllows(director, words(VIP), NOW));
    assert.ok(!leaseAllows(director, words(VIP), NOW + 5n), "its process was stopped meanwhile");
  }
  assert.deepEqual(syncLeases(director, [order(53, "10.0.0.1")]), [2], "the free one");
  director.leases.setWord(1, "until", 0n);
  syncLeases(director, [order(53, "10.0.0.1")]);
  assert.equal(leaseOf(director, words(VIP)), 0);
});

test("the end of the last election frees all, at the latest when its lease has passed", () => {
  const director = view();
  syncLeases(director, [order(51, VIP)]);
  director.leases.setWord(1, "until", NOW + 5n);
  syncLeases(director, []);
  assert.equal(leaseOf(director, words(VIP)), 1);
  syncLeases(director, [], NOW + 5n);
  assert.equal(director.control.get(0, "elections"), 0);
  assert.ok(director.leases.record(1).every((byte) => byte === 0));
});

test("an instance without its interface has no slot, and its addresses are silent at once", () => {
  const director = view();
  syncLeases(director, [order(51, VIP)]);
  director.leases.setWord(1, "until", NOW + 5n);
  const away = { ...order(51, VIP), ifindex: undefined };
  assert.deepEqual(syncLeases(director, [away, { ...away, addresses: [VIP6] }]), [
    undefined,
    undefined,
  ]);
  for (const silent of [VIP, VIP6]) assert.ok(!leaseAllows(director, words(silent), NOW), silent);
});

test("what changes is written beside what holds; what is the same is not written", () => {
  const director = view();
  syncLeases(director, [order(51, VIP)]);
  assert.equal(director.control.get(0, "elections"), 1);
  syncLeases(director, [order(51, VIP)]);
  assert.equal(director.control.get(0, "elections"), 1);
  syncLeases(director, [order(51, VIP, "192.168.150.101")]);
  assert.equal(director.control.get(0, "elections"), 2);
});

test("one router twice on an interface, or too many, get no slot", () => {
  const director = view();
  assert.deepEqual(syncLeases(director, [order(51, VIP), order(51, "10.0.0.1")]), [1, undefined]);
  director.leases.setWord(1, "until", NOW + 5n);
  assert.ok(leaseAllows(director, words(VIP), NOW));
  assert.ok(!leaseAllows(director, words("10.0.0.1"), NOW), "whom nobody can hold");
  const many = Array.from({ length: LEASES }, (_, i) => ({ ...order(i + 1), ifindex: 3 + i }));
  assert.equal(syncLeases(director, many).at(-1), undefined);
  const addresses = Array.from({ length: LEASED_SLOTS }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
  assert.deepEqual(syncLeases(view(), [order(51, ...addresses)]), [undefined]);
});

test("every address of half a set is found again", () => {
  const director = view();
  const addresses = Array.from({ length: LEASED_SLOTS / 4 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
  assert.deepEqual(syncLeases(director, [order(51, ...addresses)]), [1]);
  for (const address of addresses) assert.equal(leaseOf(director, words(address)), 1, address);
});

test("who asks for the MAC address of an elected one hears nothing", () => {
  const director = view();
  syncLeases(director, [order(51, VIP), order(51, VIP6)]);
  const asks = (target: string) =>
    target.includes(":")
      ? frame({
          eth: ETH,
          ip: { source: "fd00:150::1", destination: solicitedNode(target), ttl: 255 },
          icmp: neighbourMessage({
            kind: "solicitation",
            target,
            mac: ETH.source,
            router: false,
            solicited: false,
            override: false,
          }),
        })
      : frame({ eth: ETH, arp: arpProbe(ETH.source, target) });
  for (const silent of [VIP, VIP6]) assert.ok(leaseSilences(director, asks(silent), NOW), silent);
  for (const other of ["192.168.150.11", "fd00:150::11"]) {
    assert.ok(!leaseSilences(director, asks(other), NOW), other);
  }
});
