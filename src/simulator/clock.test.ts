import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../base/random.ts";
import { Clock } from "./clock.ts";

test("events happen in the order of their times", () => {
  const random = new Random(1);
  const clock = new Clock(random);
  const seen: number[] = [];
  for (let count = 0; count < 500; count++) {
    const time = random.integer(100);
    clock.at(time, () => seen.push(time));
  }
  clock.run(99);
  assert.equal(seen.length, 500);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.equal(clock.now, 99);
});

test("what happens at one time happens in an order that the seed decides", () => {
  const order = (seed: number): string => {
    const clock = new Clock(new Random(seed));
    const seen: number[] = [];
    for (let count = 0; count < 10; count++) clock.at(5, () => seen.push(count));
    clock.run(5);
    return seen.join();
  };
  assert.equal(order(1), order(1));
  assert.notEqual(order(1), order(2));
});

test("what is called off does not happen, what is late happens now", () => {
  const clock = new Clock(new Random(1));
  const seen: string[] = [];
  clock.cancel(clock.at(3, () => seen.push("never")));
  clock.at(4, () => clock.at(1, () => seen.push(`late at ${clock.now}`)));
  clock.run(10);
  assert.deepEqual(seen, ["late at 4"]);
});

test("an event that stands still lets the others happen", () => {
  const clock = new Clock(new Random(1));
  const seen: string[] = [];
  clock.at(1, () => {
    clock.run(5);
    seen.push(`back at ${clock.now}`);
  });
  clock.at(3, () => seen.push("meanwhile"));
  clock.at(6, () => seen.push("after"));
  clock.run(10);
  assert.deepEqual(seen, ["meanwhile", "back at 5", "after"]);
});
