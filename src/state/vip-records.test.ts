import assert from "node:assert/strict";
import { test } from "node:test";
import { setWord } from "../datapath/connection.ts";
import { VIP_FREE, VIP_LEAVING, VIP_USED } from "../datapath/constants.ts";
import { testView } from "../datapath/testing/tables.ts";
import { VipRecords } from "./vip-records.ts";

const GRACE = 1000n;

function recordsOf() {
  const view = testView({ vips: 16 });
  const records = new VipRecords(view);
  const index = records.take("192.168.150.100", 6)!;
  return { view, records, index, state: () => view.vips.get(index, "state") };
}

test("what nobody names leaves first, and is free after the grace time", () => {
  const { records, state } = recordsOf();
  records.collect(new Set(), 0n, GRACE);
  assert.equal(state(), VIP_LEAVING);
  records.collect(new Set(), GRACE - 1n, GRACE);
  assert.equal(state(), VIP_LEAVING);
  records.collect(new Set(), GRACE, GRACE);
  assert.equal(state(), VIP_FREE);
});

test("what a service or an entry names stays, also when it was taken while it left", () => {
  const { view, records, index, state } = recordsOf();
  records.collect(new Set([index]), 0n, GRACE);
  assert.equal(state(), VIP_USED);
  records.collect(new Set(), 0n, GRACE);
  setWord(view, 3, { tag: 5, server: 0, state: 1, flags: 0 });
  view.cold.set(3, "vip", index);
  records.collect(new Set(), GRACE, GRACE);
  assert.equal(state(), VIP_USED);
});

test("an address that comes again while its number leaves gets another number", () => {
  const { records, index } = recordsOf();
  records.collect(new Set(), 0n, GRACE);
  assert.notEqual(records.take("192.168.150.100", 6), index);
});

test("a daemon goes on with what an earlier one began to free", () => {
  const { view, records, state } = recordsOf();
  records.collect(new Set(), 0n, GRACE);
  const next = new VipRecords(view);
  next.collect(new Set(), 10n * GRACE, GRACE);
  assert.equal(state(), VIP_LEAVING);
  next.collect(new Set(), 12n * GRACE, GRACE);
  assert.equal(state(), VIP_FREE);
});
