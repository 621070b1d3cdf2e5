import assert from "node:assert/strict";
import { test } from "node:test";
import { TICKS_PER_SECOND } from "../datapath/constants.ts";
import { cacheRouteUpkeep } from "./cache-route-upkeep.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const HOUR = 3600 * TICKS_PER_SECOND;
const MINUTE = 60 * TICKS_PER_SECOND;
const NOW = Math.round(100 * HOUR);

/** Two services, records 0 (lblc) and 1 (lblcr), and nothing remembered yet. */
function director() {
  const published = new PublishedRules({ buckets: 64 });
  const { view } = published;
  published.publish(
    testService(1, [testServer(1)], "lblc"),
    testService(2, [testServer(2)], "lblcr"),
  );
  view.control.set(0, "lblc_expiration", Math.round(24 * HOUR));
  view.control.set(0, "lblcr_expiration", Math.round(12 * HOUR));
  return view;
}

type View = ReturnType<typeof director>;

/** A destination that was last used so many ticks ago. */
function remember(view: View, index: number, service: number, unused: number): void {
  view.cacheRoutes.set(index, "service", service);
  view.cacheRoutes.set(index, "count", 1);
  view.cacheRoutes.set(index, "used", (NOW - Math.round(unused)) >>> 0);
}

function remembered(view: View): number[] {
  const all = Array.from({ length: view.cacheRoutes.count }, (_, index) => index);
  return all.filter((index) => view.cacheRoutes.get(index, "count") !== 0);
}

test("destinations that were not used for their scheduler's expiration are forgotten", () => {
  const view = director();
  remember(view, 3, 0, 24 * HOUR);
  remember(view, 4, 0, 24 * HOUR - 1);
  remember(view, 5, 1, 12 * HOUR);
  remember(view, 6, 1, 12 * HOUR - 1);
  assert.equal(cacheRouteUpkeep(view, NOW), 2);
  assert.deepEqual(remembered(view), [4, 6]);
});

test("a destination that a packet has used since the daemon read its clock is kept", () => {
  const view = director();
  remember(view, 0, 0, -3);
  assert.equal(cacheRouteUpkeep(view, NOW), 0);
});

test("a month is not taken for a time to come", () => {
  const view = director();
  view.control.set(0, "lblc_expiration", Math.round(31 * 24 * HOUR));
  remember(view, 0, 0, 30 * 24 * HOUR);
  remember(view, 1, 0, 31 * 24 * HOUR + 1);
  assert.equal(cacheRouteUpkeep(view, NOW), 1);
  assert.deepEqual(remembered(view), [0]);
});

test("the age of a destination goes on where ticks wrap", () => {
  const view = director();
  const wrapped = Math.round(HOUR);
  for (const [index, unused] of [2 * HOUR, 25 * HOUR].entries()) {
    remember(view, index, 0, 0);
    view.cacheRoutes.set(index, "used", (wrapped - Math.round(unused)) >>> 0);
  }
  assert.equal(cacheRouteUpkeep(view, wrapped), 1);
  assert.deepEqual(remembered(view), [0]);
});

test("over half full, those go that were not used for longest, a third more than too many", () => {
  const view = director();
  const half = view.cacheRoutes.count / 2;
  for (let i = 0; i < half + 6; i++) remember(view, i, 0, 10 * MINUTE + i);
  assert.equal(cacheRouteUpkeep(view, NOW), 8);
  assert.deepEqual(
    remembered(view),
    Array.from({ length: half - 2 }, (_, i) => i),
  );
});

test("at half full nobody goes", () => {
  const view = director();
  for (let i = 0; i < view.cacheRoutes.count / 2; i++) remember(view, i, 0, HOUR);
  assert.equal(cacheRouteUpkeep(view, NOW), 0);
});

test("no more go at once than a quarter of the table", () => {
  const view = director();
  for (let i = 0; i < view.cacheRoutes.count; i++) remember(view, i, 0, HOUR);
  assert.equal(cacheRouteUpkeep(view, NOW), view.cacheRoutes.count / 4);
});

test("in a crowded table too, those used in the last six minutes stay", () => {
  const view = director();
  for (let i = 0; i < view.cacheRoutes.count; i++) remember(view, i, 0, 6 * MINUTE - 2);
  remember(view, 7, 0, 6 * MINUTE + 1);
  assert.equal(cacheRouteUpkeep(view, NOW), 1);
  assert.equal(remembered(view).includes(7), false);
});
