import assert from "node:assert/strict";
import { test } from "node:test";
import { type Announcements, announceAgain, announcementsOf, takeDue } from "./announcements.ts";
import type { GratuitousSettings } from "./settings.ts";
import { instanceSettings } from "./testing/settings.ts";

const { garp: GARP } = instanceSettings();

/** What is announced when, in seconds, up to the tenth second. */
function schedule(announcements: Announcements): string[] {
  const lines: string[] = [];
  let left = announcements;
  while (left[0] !== undefined && left[0].at <= 10_000_000) {
    const { at } = left[0];
    const taken = takeDue(left, at);
    lines.push(...taken.effects.map((effect) => `${at / 1_000_000} ${JSON.stringify(effect)}`));
    left = taken.left;
  }
  return lines.map((line) => line.replace(/\{.*"repeat":(\d+)\}/, "$1"));
}

function scheduleOf(change: Partial<GratuitousSettings>): string[] {
  return schedule(announcementsOf({ ...GARP, ...change }, 0));
}

test("five at once and five more after five seconds, as keepalived does it", () => {
  assert.deepEqual(scheduleOf({}), ["0 5", "5 5"]);
});

test("garp_master_repeat, garp_master_delay", () => {
  assert.deepEqual(scheduleOf({ repeat: 2, delay: 2_000_000 }), ["0 2", "2 2"]);
  assert.deepEqual(scheduleOf({ delay: 0 }), ["0 5"]);
  assert.deepEqual(scheduleOf({ repeat: 0 }), []);
});

test("garp_master_refresh: again and again", () => {
  const change = { delay: 0, refresh: 3_000_000, refreshRepeat: 1 };
  assert.deepEqual(scheduleOf(change), ["0 5", "3 1", "6 1", "9 1"]);
});

test("after somebody worse was master: once, however often it was heard", () => {
  const change = { ...GARP, lowerPriorityDelay: 1_000_000, lowerPriorityRepeat: 3 };
  const once = announceAgain([], change, 0);
  assert.deepEqual(schedule(announceAgain(once, change, 500_000)), ["1 3"]);
  assert.deepEqual(announceAgain([], { ...change, lowerPriorityRepeat: 0 }, 0), []);
});
