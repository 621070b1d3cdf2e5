import assert from "node:assert/strict";
import { test } from "node:test";
import { pairIndices, wordIsUsed, wordState } from "./connection.ts";
import { METHOD_NAT } from "./constants.ts";
import { enterReverse } from "./reverse.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";
import { enter } from "./testing/nat.ts";
import { testTuple, testView } from "./testing/tables.ts";
import { portsWord } from "./tuple.ts";

const SERVER = 3;

/** Two buckets, full of established connections but for one place. */
function nearlyFull(): View {
  const view = testView({ buckets: 2, vips: 64 });
  view.servers.set(SERVER, "method", METHOD_NAT);
  for (let port = 1; port < 16; port++) {
    enter(view, testTuple({ ports: portsWord(port, 80) }), SERVER, State.ESTABLISHED);
  }
  return view;
}

function usedWords(view: View): number {
  const all = [...pairIndices({ tag: 1, first: 0, second: 1 })];
  return all.filter((index) => wordIsUsed(view, index)).length;
}

test("where there is room for one of the two entries neither stays", () => {
  for (const state of [State.SYN_RECV, State.ESTABLISHED]) {
    const view = nearlyFull();
    const tuple = testTuple({ ports: portsWord(16, 80) });
    const forward = enter(view, tuple, SERVER, state);
    assert.equal(usedWords(view), 16);
    assert.equal(enterReverse(view, tuple, { server: SERVER, forward }, 0), false);
    assert.equal(wordIsUsed(view, forward), false);
    assert.equal(usedWords(view), 15);
    assert.equal(view.loads.get(SERVER, "active"), 15);
  }
});

test("with room for both the second leads to the first", () => {
  const view = testView({ buckets: 2, vips: 64 });
  const tuple = testTuple();
  const forward = enter(view, tuple, SERVER, State.SYN_RECV);
  assert.ok(enterReverse(view, tuple, { server: SERVER, forward }, 0));
  const indices = [...pairIndices({ tag: 1, first: 0, second: 1 })];
  const reverse = indices.find(
    (index) => wordIsUsed(view, index) && wordState(view, index) === State.REVERSE,
  );
  assert.equal(view.cold.get(reverse!, "control"), forward + 1);
  assert.equal(view.loads.get(SERVER, "active"), 1);
});
