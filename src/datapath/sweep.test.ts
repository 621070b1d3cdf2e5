import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { setWord, wordFlags, wordIsUsed } from "./connection.ts";
import { FRESH, SERVER_AVAILABLE, SERVER_USED, TICKS_PER_SECOND, TOUCHED } from "./constants.ts";
import { bindLoad } from "./load.ts";
import { DEFAULT_TIMEOUTS, State } from "./state.ts";
import { sweep } from "./sweep.ts";
import type { View } from "./tables.ts";
import { testView } from "./testing/tables.ts";

const SERVER = 3;

function enter(view: View, index: number, entry: { state: State; flags?: number; seen: number }) {
  setWord(view, index, { tag: 1, server: SERVER, state: entry.state, flags: entry.flags ?? 0 });
  view.cold.set(index, "seen", entry.seen);
  bindLoad(view, SERVER, entry.state);
}

const ticks = (seconds: number) => Math.round(seconds * TICKS_PER_SECOND);

test("an entry lives as long as its state's timeout after it was last seen, and not longer", () => {
  for (const [state, seconds] of DEFAULT_TIMEOUTS) {
    const view = testView();
    enter(view, 5, { state: state as State, seen: 1000 });
    assert.deepEqual(sweep(view, 0, 4, 1000 + ticks(seconds)), { expired: 0, live: 1 });
    assert.deepEqual(sweep(view, 0, 4, 1001 + ticks(seconds)), { expired: 1, live: 0 });
    assert.equal(wordIsUsed(view, 5), false);
    assert.equal(view.loads.get(SERVER, "active") + view.loads.get(SERVER, "inactive"), 0);
  }
});

test("a touched entry was seen now: it stays, and loses its mark", () => {
  const view = testView();
  enter(view, 0, { state: State.CLOSE, flags: TOUCHED, seen: 0 });
  const now = ticks(5000);
  assert.deepEqual(sweep(view, 0, 4, now), { expired: 0, live: 1 });
  assert.equal(view.cold.get(0, "seen"), now);
  assert.equal(wordFlags(view, 0), 0);
});

test("an entry that is being written is left to its writer", () => {
  const view = testView();
  enter(view, 0, { state: State.CLOSE, flags: FRESH, seen: 0 });
  assert.deepEqual(sweep(view, 0, 4, ticks(5000)), { expired: 0, live: 0 });
  assert.equal(wordIsUsed(view, 0), true);
});

test("time may wrap around between the last packet and the sweep", () => {
  const view = testView();
  enter(view, 0, { state: State.CLOSE, seen: 0xffff_fff0 });
  assert.deepEqual(sweep(view, 0, 4, 100), { expired: 0, live: 1 });
  assert.deepEqual(sweep(view, 0, 4, ticks(10)), { expired: 1, live: 0 });
});

test("slices of any size see every bucket once, and none past the end", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), (slice) => {
      const view = testView({ buckets: 7 });
      for (let index = 0; index < 56; index++) {
        enter(view, index, { state: State.CLOSE, seen: index % 2 === 0 ? 0 : ticks(20) });
      }
      let expired = 0;
      let live = 0;
      for (let first = 0; first < 7; first += slice) {
        const swept = sweep(view, first, slice, ticks(20));
        expired += swept.expired;
        live += swept.live;
      }
      assert.deepEqual({ expired, live }, { expired: 28, live: 28 });
      assert.equal(view.loads.get(SERVER, "inactive"), 28);
    }),
  );
});

test("with expire_nodest_conn what a removed server had goes at once, and else stays", () => {
  const view = testView();
  enter(view, 5, { state: State.ESTABLISHED, seen: 1000 });
  view.servers.set(SERVER, "flags", SERVER_USED);
  assert.deepEqual(sweep(view, 0, 4, 1001), { expired: 0, live: 1 });
  view.control.set(0, "expire_nodest_conn", 1);
  view.servers.set(SERVER, "flags", SERVER_USED | SERVER_AVAILABLE);
  assert.deepEqual(sweep(view, 0, 4, 1001), { expired: 0, live: 1 });
  view.servers.set(SERVER, "flags", SERVER_USED);
  assert.deepEqual(sweep(view, 0, 4, 1001), { expired: 1, live: 0 });
  assert.equal(view.loads.get(SERVER, "active"), 0);
});
