import assert from "node:assert/strict";
import { test } from "node:test";
import { TICKS_PER_SECOND } from "./constants.ts";
import { fragmentPorts } from "./fragment.ts";
import { testPacket, testTuple, testView } from "./testing/tables.ts";
import { mappedWords } from "./tuple.ts";

const FIRST = testPacket({ fragment: "first", fragmentId: 7 });
const LATER = testPacket({
  fragment: "later",
  fragmentId: 7,
  tuple: testTuple({ ports: 0 }),
});

test("later fragments have the ports of their first one", () => {
  const view = testView();
  assert.equal(fragmentPorts(view, LATER, 100), undefined, "before the first came");
  assert.equal(fragmentPorts(view, FIRST, 100), FIRST);
  assert.equal(fragmentPorts(view, LATER, 101)?.tuple.ports, FIRST.tuple.ports);
  assert.equal(fragmentPorts(view, LATER, 102)?.tuple.ports, FIRST.tuple.ports, "and again");
});

test("what is not the same packet's has none", () => {
  const view = testView();
  fragmentPorts(view, FIRST, 100);
  const others = [
    { ...LATER, fragmentId: 8 },
    { ...LATER, tuple: { ...LATER.tuple, client: mappedWords(1) } },
    { ...LATER, tuple: { ...LATER.tuple, virtual: mappedWords(1) } },
    { ...LATER, tuple: { ...LATER.tuple, protocol: 17 } },
  ];
  for (const other of others) assert.equal(fragmentPorts(view, other, 100), undefined);
});

test("after half a minute an identification may be another packet's", () => {
  const view = testView();
  fragmentPorts(view, FIRST, 100);
  const seconds = (count: number) => 100 + Math.round(count * TICKS_PER_SECOND);
  assert.notEqual(fragmentPorts(view, LATER, seconds(30)), undefined);
  assert.equal(fragmentPorts(view, LATER, seconds(30) + 1), undefined);
});
