import assert from "node:assert/strict";
import { test } from "node:test";
import { TUPLE_FLOW, TUPLE_TEMPLATE, VIP_LEAVING, VIP_USED, VIP_WRITING } from "./constants.ts";
import { testView } from "./testing/tables.ts";
import { mappedWords } from "./tuple.ts";
import { vipIndex } from "./vip-table.ts";

const SIDE = { address: mappedWords(0x6496a8c0), protocol: 6, kind: TUPLE_FLOW };

test("a virtual side has one number, and another one another", () => {
  const view = testView({ vips: 64 });
  const index = vipIndex(view, SIDE);
  assert.equal(vipIndex(view, SIDE), index);
  const others = [
    { ...SIDE, protocol: 17 },
    { ...SIDE, kind: TUPLE_TEMPLATE },
    { ...SIDE, address: mappedWords(1) },
  ];
  const numbers = others.map((side) => vipIndex(view, side));
  assert.equal(new Set([index, ...numbers]).size, 4);
  assert.equal(view.vips.get(index!, "state"), VIP_USED);
});

test("a small table takes as many as it has records, and then none", () => {
  const view = testView({ vips: 8 });
  for (let i = 0; i < 8; i++) {
    assert.notEqual(vipIndex(view, { ...SIDE, address: mappedWords(i) }), undefined);
  }
  assert.equal(vipIndex(view, { ...SIDE, address: mappedWords(8) }), undefined);
  assert.notEqual(vipIndex(view, { ...SIDE, address: mappedWords(3) }), undefined);
});

test("one that is leaving, or being written, is not given out", () => {
  for (const state of [VIP_LEAVING, VIP_WRITING]) {
    const view = testView({ vips: 64 });
    const index = vipIndex(view, SIDE)!;
    view.vips.set(index, "state", state);
    assert.notEqual(vipIndex(view, SIDE), index);
  }
});
