import assert from "node:assert/strict";
import { test } from "node:test";
import { endOfHead, readSequence, startsSequence } from "./sequence.ts";

function rounds(line: string): string[] | undefined {
  assert.ok(startsSequence(line));
  const end = endOfHead(line);
  const sequence = end === undefined ? undefined : readSequence(line, end, 1000);
  return sequence?.rounds.map((round) => [...round].map((pair) => pair.join("=")).join(" "));
}

test("numbers count as keepalived counts them", () => {
  assert.deepEqual(rounds("~SEQ(X, 0, 3) x"), ["X=0", "X=1", "X=2", "X=3"]);
  assert.deepEqual(rounds("~SEQ(X,3) x"), ["X=1", "X=2", "X=3"]);
  assert.deepEqual(rounds("~SEQ(X,-2) x"), ["X=-1", "X=-2"]);
  assert.deepEqual(rounds("~SEQ(X,3,1) x"), ["X=3", "X=2", "X=1"]);
  assert.deepEqual(rounds("~SEQ(X,1,2,6) x"), ["X=1", "X=3", "X=5"]);
  assert.deepEqual(rounds("~SEQx(X,10,9,28) x"), ["X=a", "X=13", "X=1c"]);
});

test("a list gives one or several variables their values", () => {
  assert.deepEqual(rounds("~LST(L,a, b ) x"), ["L=a", "L=b"]);
  assert.deepEqual(rounds("~LST({P,Q},{a,b},{c,d}) x"), ["P=a Q=b", "P=c Q=d"]);
});

test("what never ends or says nothing is no sequence", () => {
  for (const line of [
    "~SEQ(X,1,0,3) x",
    "~SEQ(X,1,-1,3) x",
    "~SEQ(X,a,b) x",
    "~SEQ(X) x",
    "~SEQ(1X,2) x",
    "~SEQ(X,1,999999999) x",
    "~SEQ(X, 1 x",
    "~LST(L) x",
    "~LST({P,Q},{a}) x",
  ]) {
    assert.equal(rounds(line), undefined, line);
  }
});
