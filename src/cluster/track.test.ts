import assert from "node:assert/strict";
import { test } from "node:test";
import type { Track } from "./settings.ts";
import { type Observed, standing } from "./track.ts";

function observed(track: Partial<Track>, up: boolean | undefined, value?: number): Observed {
  const whole = { kind: "script", name: "chk", weight: 0, reverse: false, ...track } as const;
  return { track: whole, up, ...(value === undefined ? {} : { value }) };
}

test("a positive weight counts while the thing is up, a negative one while it is down", () => {
  assert.equal(standing(100, [observed({ weight: 20 }, true)]).priority, 120);
  assert.equal(standing(100, [observed({ weight: 20 }, false)]).priority, 100);
  assert.equal(standing(100, [observed({ weight: -20 }, true)]).priority, 100);
  assert.equal(standing(100, [observed({ weight: -20 }, false)]).priority, 80);
});

test("`reverse` turns the direction of a weight round", () => {
  assert.equal(standing(100, [observed({ weight: 20, reverse: true }, true)]).priority, 80);
  assert.equal(standing(100, [observed({ weight: -20, reverse: true }, false)]).priority, 120);
});

test("weights add up and stay between 1 and 254", () => {
  const both = [observed({ weight: 30 }, true), observed({ weight: -10 }, false)];
  assert.equal(standing(100, both).priority, 120);
  assert.equal(standing(100, [observed({ weight: 253 }, true)]).priority, 254);
  assert.equal(standing(100, [observed({ weight: -253 }, false)]).priority, 1);
});

test("the owner's priority never changes, and a fault of its own still counts", () => {
  assert.deepEqual(standing(255, [observed({ weight: -100 }, false)]), { priority: 255 });
  assert.equal(standing(255, [observed({}, false)]).fault, "script chk is down");
});

test("without a weight what is down is a fault, in reverse what is up", () => {
  assert.equal(standing(100, [observed({}, true)]).fault, undefined);
  assert.equal(standing(100, [observed({}, false)]).fault, "script chk is down");
  const eth1 = { kind: "interface", name: "eth1", reverse: true } as const;
  assert.equal(standing(100, [observed(eth1, false)]).fault, undefined);
  assert.equal(
    standing(100, [observed(eth1, true)]).fault,
    "interface eth1 is up, and counts in reverse",
  );
});

test("what has no result yet is a fault without a weight, and nothing with one", () => {
  assert.equal(standing(100, [observed({}, undefined)]).fault, "script chk has no result yet");
  assert.deepEqual(standing(100, [observed({ weight: 20 }, undefined)]), { priority: 100 });
});

test("a fault that is known comes before one that is only pending", () => {
  const pending = standing(100, [observed({}, undefined), observed({ weight: 20 }, true)]);
  assert.equal(pending.pending, true);
  assert.deepEqual(standing(100, [observed({}, undefined), observed({ name: "web" }, false)]), {
    priority: 100,
    fault: "script web is down",
  });
});

test("a file's value is multiplied by its weight, and below -253 it is a fault", () => {
  const file = { kind: "file", name: "load", weight: 1 } as const;
  assert.equal(standing(100, [observed(file, true, -20)]).priority, 80);
  assert.equal(standing(100, [observed({ ...file, weight: 3 }, true, 5)]).priority, 115);
  assert.equal(standing(100, [observed({ ...file, reverse: true }, true, 5)]).priority, 95);
  assert.equal(standing(100, [observed(file, true, -253)]).fault, undefined);
  const low = standing(100, [observed(file, true, -254)]);
  assert.deepEqual(low, { priority: 1, fault: "the value of file load is below -253" });
});

test("a file without a weight is a fault while its value is not zero", () => {
  const file = { kind: "file", name: "down" } as const;
  assert.equal(standing(100, [observed(file, true, 0)]).fault, undefined);
  assert.equal(standing(100, [observed(file, true, 1)]).fault, "file down is down");
});
