import assert from "node:assert/strict";
import { test } from "node:test";
import { Accounts, NO_COUNTERS } from "../state/counters.ts";
import { type Service, serviceName } from "../state/rule.ts";
import { PublishedRules, testServer, testService } from "../state/testing/published.ts";
import { RateBook } from "./rate-book.ts";

const WEB = testService(100, [testServer(1), testServer(2)]);
const NAME = serviceName(WEB.id);

function bookOf(...services: readonly Service[]) {
  const director = new PublishedRules();
  const accounts = new Accounts(director.view);
  const book = new RateBook();
  const publish = (...rules: readonly Service[]) => {
    director.publish(...rules);
    accounts.update(director.publisher.servers, director.names);
  };
  publish(...services);
  /** Two seconds in which a server got so many packets. */
  const turn = (host: number, packets: bigint) => {
    const record = director.recordOf(WEB, host);
    const { stats } = director.view;
    stats.setWord(record, "in_packets", stats.getWord(record, "in_packets") + packets);
    accounts.update(director.publisher.servers, director.names);
    book.turn(director.rules, accounts);
  };
  return { book, publish, turn, accounts, director };
}

test("before the first two seconds there are no rates", () => {
  const { book } = bookOf(WEB);
  assert.deepEqual(book.rates(NAME), NO_COUNTERS);
  assert.deepEqual(book.rates(NAME, "10.0.0.1:80"), NO_COUNTERS);
});

test("a service and each of its servers have rates of their own", () => {
  const { book, turn } = bookOf(WEB);
  for (let i = 0; i < 100; i++) turn(1, 200n);
  for (let i = 0; i < 100; i++) turn(1, 200n);
  assert.equal(book.rates(NAME).inPackets, 100n);
  assert.equal(book.rates(NAME, "10.0.0.1:80").inPackets, 100n);
  assert.equal(book.rates(NAME, "10.0.0.2:80").inPackets, 0n);
});

test("a server that comes back has no rate of its first life", () => {
  const { book, publish, turn, director, accounts } = bookOf(WEB);
  for (let i = 0; i < 50; i++) turn(1, 200n);
  publish({ ...WEB, servers: [testServer(2)] });
  book.turn(director.rules, accounts);
  assert.deepEqual(book.rates(NAME, "10.0.0.1:80"), NO_COUNTERS);
  publish();
  book.turn(director.rules, accounts);
  assert.deepEqual(book.rates(NAME), NO_COUNTERS);
});

test("-Z takes the rates of a service and its servers back, or those of all", () => {
  const other = testService(101, [testServer(1)]);
  const { book, turn, publish } = bookOf(WEB);
  publish(WEB, other);
  turn(1, 2000n);
  book.zero(serviceName(other.id));
  assert.ok(book.rates(NAME).inPackets > 0n);
  book.zero(NAME);
  assert.deepEqual([book.rates(NAME), book.rates(NAME, "10.0.0.1:80")], [NO_COUNTERS, NO_COUNTERS]);
  turn(1, 2000n);
  assert.ok(book.rates(NAME, "10.0.0.1:80").inPackets > 0n);
  book.zero();
  assert.deepEqual([book.rates(NAME), book.rates(NAME, "10.0.0.1:80")], [NO_COUNTERS, NO_COUNTERS]);
});
