import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  connectionPlace,
  findConnection,
  findConnectionExact,
  pairIndices,
  wordFlags,
} from "./connection.ts";
import { markCollisions, newConnection } from "./connection-new.ts";
import { BUCKET_WORDS, COLLIDES, FRESH } from "./constants.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "./protocol.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";
import { testTuple, testView } from "./testing/tables.ts";
import { mappedWords, type Tuple } from "./tuple.ts";

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const words = fc.tuple(word, word, word, word);
const tuples = fc
  .record({
    family: fc.constantFrom(4 as const, 6 as const),
    client: words,
    virtual: words,
    ports: word,
    protocol: fc.constantFrom(6, 17),
    kind: fc.constantFrom(0, 1, 2),
  })
  .map((fields) => testTuple(fields));

test("a flow has two different buckets of the table, and a tag that is never 0", () => {
  const seeds = fc.nat();
  fc.assert(
    fc.property(tuples, fc.integer({ min: 2, max: 5000 }), seeds, (tuple, buckets, seed) => {
      const { tag, first, second } = connectionPlace(testView({ buckets }, seed), tuple);
      assert.notEqual(first, second);
      for (const bucket of [first, second]) assert.ok(bucket >= 0 && bucket < buckets);
      assert.ok(tag > 0 && tag <= 0xffff_ffff);
    }),
  );
});

test("the place depends on every part of the tuple and on the secrets", () => {
  const view = testView({ buckets: 4096 });
  const tuple = testTuple();
  const others = [
    testTuple({ client: mappedWords(tuple.client[3] ^ 1) }),
    testTuple({ virtual: mappedWords(tuple.virtual[3] ^ 1) }),
    testTuple({ ports: tuple.ports ^ 1 }),
    testTuple({ ports: tuple.ports ^ 0x10000 }),
    testTuple({ protocol: IPPROTO_UDP }),
    testTuple({ kind: 1 }),
    testTuple({ family: 6 }),
  ];
  const six = (at: number): Tuple => {
    const other = [...tuple.client, ...tuple.virtual];
    other[at]! ^= 1;
    const [a, b, c, d, e, f, g, h] = other as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return testTuple({ family: 6, client: [a, b, c, d], virtual: [e, f, g, h] });
  };
  others.push(...[0, 1, 2, 3, 4, 5, 6, 7].map(six));
  const tags = others.map((other) => connectionPlace(view, other).tag);
  tags.push(connectionPlace(testView({ buckets: 4096 }, 2), tuple).tag);
  for (const tag of tags) assert.notEqual(tag, connectionPlace(view, tuple).tag);
});

test("neighbouring clients spread over the buckets", () => {
  const buckets = 64;
  const view = testView({ buckets });
  const counts = new Array<number>(buckets).fill(0);
  for (let client = 0; client < 64 * buckets; client++) {
    const { first } = connectionPlace(view, testTuple({ client: mappedWords(client) }));
    counts[first]!++;
  }
  // Binomial with mean 64: eight deviations on either side.
  assert.ok(Math.min(...counts) > 0 && Math.max(...counts) < 128, counts.join(" "));
});

test("a pair's words are those of the first bucket, then those of the second", () => {
  const indices = [...pairIndices({ tag: 1, first: 2, second: 0 })];
  const bucket = (at: number) => Array.from({ length: BUCKET_WORDS }, (_, i) => at * 8 + i);
  assert.deepEqual(indices, [...bucket(2), ...bucket(0)]);
});

const PLACE = { tag: 0x1234_5678, first: 0, second: 2 };

function enter(view: View, tuple: Tuple, collides = false): void {
  const entry = { server: 3, vip: 0, state: State.SYN_RECV, collides, control: 0 };
  assert.equal(typeof newConnection(view, tuple, PLACE, entry, 0), "object");
}

function viewWithVip(): View {
  const view = testView();
  view.vips.bytes(0, "address").set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 168, 150, 100]);
  view.vips.set(0, "protocol", IPPROTO_TCP);
  return view;
}

test("an entry is found by its tag alone, and exactly only by its whole tuple", () => {
  const view = viewWithVip();
  const [own, other] = [testTuple(), testTuple({ client: mappedWords(1) })];
  enter(view, own);
  assert.deepEqual(findConnection(view, own, PLACE), { index: 0, collisions: 0 });
  assert.deepEqual(findConnection(view, other, PLACE), { index: 0, collisions: 0 });
  assert.deepEqual(findConnectionExact(view, own, PLACE), { index: 0, collisions: 0 });
  assert.deepEqual(findConnectionExact(view, other, PLACE), { collisions: 1 });
});

test("flows that share a tag are told apart once their words say so", () => {
  const view = viewWithVip();
  const [first, second, third] = [
    testTuple(),
    testTuple({ client: mappedWords(1) }),
    testTuple({ ports: 9 }),
  ];
  enter(view, first);
  markCollisions(view, PLACE);
  enter(view, second, true);
  assert.equal(wordFlags(view, 0) & COLLIDES, COLLIDES);
  assert.deepEqual(findConnection(view, first, PLACE), { index: 0, collisions: 0 });
  assert.deepEqual(findConnection(view, second, PLACE), { index: 1, collisions: 1 });
  // Who comes third must be marked as well, although he has no word yet.
  assert.deepEqual(findConnection(view, third, PLACE), { collisions: 2 });
});

test("an entry whose cold record is not whole yet is matched by its tag", () => {
  const view = viewWithVip();
  enter(view, testTuple());
  view.words[0] = view.words[0]! | (FRESH << 24);
  assert.deepEqual(findConnectionExact(view, testTuple({ client: mappedWords(1) }), PLACE), {
    index: 0,
    collisions: 0,
  });
});

test("another tag in the same buckets is no match", () => {
  const view = viewWithVip();
  enter(view, testTuple());
  assert.deepEqual(findConnection(view, testTuple(), { ...PLACE, tag: 1 }), { collisions: 0 });
});
