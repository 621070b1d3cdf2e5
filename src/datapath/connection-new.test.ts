import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { pairIndices, setWord, wordServer, wordState, wordTag } from "./connection.ts";
import { connectionExpired } from "./connection-end.ts";
import { newConnection } from "./connection-new.ts";
import { BUCKET_WORDS, TOUCHED } from "./constants.ts";
import { bindLoad } from "./load.ts";
import { readReasons } from "./reasons.ts";
import { State, stateIsActive } from "./state.ts";
import type { View } from "./tables.ts";
import { testTuple, testView } from "./testing/tables.ts";

const PLACE = { tag: 0xabcd, first: 1, second: 3 };
const SERVER = 5;
const NOW = 1_000_000;

/** An entry of another flow, seen just now unless it has expired. */
function occupy(view: View, index: number, state: State, expired = false): void {
  setWord(view, index, { tag: 7, server: 2, state, flags: expired ? 0 : TOUCHED });
  view.cold.set(index, "seen", expired ? 0 : NOW);
  bindLoad(view, 2, state);
}

function fill(view: View, state: State): void {
  for (const index of pairIndices(PLACE)) occupy(view, index, state);
}

/** Where a new flow's entry came to lie; undefined when it goes untracked. */
function enter(view: View, state: State = State.SYN_RECV, now = NOW): number | undefined {
  const entry = { server: SERVER, vip: 0, state, collides: false, control: 0 };
  const entered = newConnection(view, testTuple(), PLACE, entry, now);
  if (typeof entered === "string") return undefined;
  return [...pairIndices(PLACE)].find((index) => wordTag(view, index) === PLACE.tag);
}

test("a new flow takes the lowest free word of its first bucket", () => {
  const view = testView();
  assert.equal(enter(view), PLACE.first * BUCKET_WORDS);
  assert.equal(wordServer(view, PLACE.first * BUCKET_WORDS), SERVER);
  assert.equal(wordState(view, PLACE.first * BUCKET_WORDS), State.SYN_RECV);
  assert.equal(view.loads.get(SERVER, "active"), 1);
});

test("a crowded first bucket shares with the second, unless that is fuller still", () => {
  const view = testView();
  for (let i = 0; i < 6; i++) occupy(view, PLACE.first * BUCKET_WORDS + i, State.ESTABLISHED);
  assert.equal(enter(view), PLACE.second * BUCKET_WORDS);

  const full = testView();
  for (let i = 0; i < 6; i++) occupy(full, PLACE.first * BUCKET_WORDS + i, State.ESTABLISHED);
  for (let i = 0; i < 7; i++) occupy(full, PLACE.second * BUCKET_WORDS + i, State.ESTABLISHED);
  assert.equal(enter(full), PLACE.first * BUCKET_WORDS + 6);
});

test("in a full pair expired entries yield first, then closing ones, then half-open ones", () => {
  const view = testView();
  fill(view, State.ESTABLISHED);
  const [halfOpen, closing, expired] = [9, 25, 30];
  occupy(view, halfOpen, State.SYN_RECV);
  occupy(view, closing, State.FIN_WAIT);
  occupy(view, expired, State.ESTABLISHED, true);
  assert.ok(connectionExpired(view, expired, NOW));
  for (const index of [expired, closing, halfOpen]) {
    assert.equal(enter(view, State.ESTABLISHED), index);
    // The next one finds it taken by something established.
    occupy(view, index, State.ESTABLISHED);
  }
  assert.equal(enter(view), undefined);
  assert.equal(readReasons(view).get("evicted"), 3n);
});

test("nothing that is established, or UDP, is ever evicted", () => {
  const lasting = fc.constantFrom(State.ESTABLISHED, State.UDP, State.SYN_SENT, State.SYNACK);
  fc.assert(
    fc.property(fc.array(lasting, { minLength: 16, maxLength: 16 }), (states) => {
      const view = testView();
      for (const [i, index] of [...pairIndices(PLACE)].entries()) occupy(view, index, states[i]!);
      const before = view.words.slice();
      assert.equal(enter(view), undefined);
      assert.deepEqual(view.words, before);
      assert.equal(view.loads.get(SERVER, "active"), 0);
      assert.equal(readReasons(view).get("evicted"), 0n);
    }),
  );
});

test("what is evicted gives its share back to its server", () => {
  for (const state of [State.SYN_RECV, State.TIME_WAIT]) {
    const view = testView();
    fill(view, state);
    const field = stateIsActive(state) ? "active" : "inactive";
    assert.equal(view.loads.get(2, field), 16);
    assert.notEqual(enter(view, State.ESTABLISHED), undefined);
    assert.equal(view.loads.get(2, field), 15);
    assert.equal(view.loads.get(SERVER, "active"), 1);
  }
});

test("the cold record names the flow, its VIP and when it came", () => {
  const view = testView();
  const entry = { server: SERVER, vip: 4, state: State.ESTABLISHED, collides: true, control: 7 };
  newConnection(view, testTuple(), PLACE, entry, NOW);
  const index = PLACE.first * BUCKET_WORDS;
  assert.deepEqual(
    [...view.cold.bytes(index, "client")],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 168, 150, 60],
  );
  assert.equal(view.cold.get(index, "client_port"), 2001);
  assert.equal(view.cold.get(index, "virtual_port"), 80);
  assert.equal(view.cold.get(index, "vip"), 4);
  assert.equal(view.cold.get(index, "seen"), NOW);
  assert.equal(view.cold.get(index, "control"), 7);
  assert.equal(wordState(view, index), State.ESTABLISHED);
});

test("the more half-open flows there are, the more likely a new one is refused", () => {
  const refused = (halfOpen: number) => {
    let count = 0;
    for (let i = 0; i < 512; i++) {
      const view = testView();
      fill(view, State.ESTABLISHED);
      for (const index of [...pairIndices(PLACE)].slice(0, halfOpen)) {
        occupy(view, index, State.SYN_RECV);
      }
      // Each time another tick, as when a client tries again.
      if (enter(view, State.SYN_RECV, NOW + i) === undefined) count++;
    }
    return count;
  };
  const [none, few, many, all] = [0, 4, 12, 16].map(refused) as [number, number, number, number];
  assert.equal(none, 512, "nothing yields, so that the flow goes untracked");
  assert.ok(few > 64 && few < 192, `${few} of 512`);
  assert.ok(many > 320 && many < 448, `${many} of 512`);
  assert.equal(all, 512);
});
