import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BROADCAST_MAC, formatMac, isGroupMac, macBytes, parseMac } from "./mac.ts";
import { mac } from "./testing/arbitraries.ts";

test("text and bytes go back and forth", () => {
  fc.assert(
    fc.property(mac, (text) => {
      assert.equal(formatMac(macBytes(text)), text);
    }),
  );
});

test("capital letters are read and written small", () => {
  assert.equal(formatMac(macBytes("02:AB:cd:00:00:10")), "02:ab:cd:00:00:10");
});

test("anything else is no MAC address", () => {
  for (const text of [
    "",
    "02:00:00:00:00",
    "02:00:00:00:00:10:11",
    "2:0:0:0:0:10",
    "02-00-00-00-00-10",
    "0200.0000.0010",
    "02:00:00:00:00:1g",
    " 02:00:00:00:00:10",
    "02:00:00:00:00:10\n",
  ]) {
    assert.equal(parseMac(text), undefined, JSON.stringify(text));
  }
});

test("the group bit tells broadcast and multicast from a station", () => {
  assert.ok(isGroupMac(macBytes(BROADCAST_MAC)));
  assert.ok(isGroupMac(macBytes("01:00:5e:00:00:12")));
  assert.ok(!isGroupMac(macBytes("02:00:00:00:00:10")));
});
