import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Deadlines } from "./deadlines.ts";

const WAITERS = 12;

test("everybody is woken once, in order, at the time that was set last", () => {
  const time = fc.option(fc.nat({ max: 50 }), { nil: undefined });
  const order = fc.tuple(fc.nat({ max: WAITERS - 1 }), time);
  fc.assert(
    fc.property(fc.array(order, { maxLength: 60 }), fc.nat({ max: 50 }), (orders, now) => {
      const deadlines = new Deadlines();
      const woken: number[] = [];
      const waiters = Array.from({ length: WAITERS }, (_, who) =>
        deadlines.add((at) => {
          assert.equal(at, now);
          woken.push(who);
        }),
      );
      const last = new Map<number, number>();
      for (const [who, at] of orders) {
        waiters[who]!.set(at);
        if (at === undefined) last.delete(who);
        else last.set(who, at);
      }
      const times = [...last.values()].sort((a, b) => a - b);
      assert.equal(deadlines.earliest, times[0]);
      deadlines.turn(now);
      const due = [...last].filter(([, at]) => at <= now).map(([who]) => who);
      assert.deepEqual([...woken].sort(), due.sort());
      const at = woken.map((who) => last.get(who)!);
      assert.deepEqual(
        at,
        [...at].sort((a, b) => a - b),
      );
      assert.equal(
        deadlines.earliest,
        times.find((time) => time > now),
      );
    }),
  );
});

test("who sets a time that has come while woken is woken in the same turn", () => {
  const deadlines = new Deadlines();
  let left = 3;
  const waiter = deadlines.add((now) => {
    left--;
    if (left > 0) waiter.set(now);
  });
  waiter.set(5);
  deadlines.turn(5);
  assert.equal(left, 0);
  assert.equal(deadlines.earliest, undefined);
});
