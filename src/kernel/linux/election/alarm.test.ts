import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { testAddon } from "../namespace.fixture.ts";
import { Alarm, monotonicMicroseconds } from "./alarm.ts";

async function withAlarm(body: (alarm: Alarm) => Promise<void>): Promise<void> {
  const opened = Alarm.open(testAddon());
  ok(opened.ok);
  await body(opened.value).finally(() => opened.value.close());
}

const rings = (alarm: Alarm, at: number) =>
  new Promise<number>((resolve) => alarm.set(at, () => resolve(monotonicMicroseconds())));

test("an alarm never rings before its time, however near it is", async () => {
  await withAlarm(async (alarm) => {
    for (const ahead of [0, 1, 99.5, 700, 1000, 2500.25, 10_000]) {
      const at = monotonicMicroseconds() + ahead;
      ok((await rings(alarm, at)) >= at, `${ahead} µs ahead`);
    }
  });
});

test("an alarm for the past rings", async () => {
  await withAlarm(async (alarm) => {
    ok((await rings(alarm, -1000)) > 0);
    ok((await rings(alarm, 0)) > 0);
  });
});

test("the newest order counts, rings once, and may be taken back", async () => {
  await withAlarm(async (alarm) => {
    const rung: string[] = [];
    const now = monotonicMicroseconds();
    alarm.set(now, () => rung.push("first"));
    alarm.set(now, () => rung.push("second"));
    alarm.set(undefined, () => rung.push("none"));
    alarm.set(now + 5000, () => rung.push("third"));
    // Later than whatever the timer held before.
    const other = Alarm.open(testAddon());
    ok(other.ok);
    await rings(other.value, now + 30_000);
    other.value.close();
    deepEqual(rung, ["third"]);
  });
});

test("whoever is woken may set the next alarm", async () => {
  await withAlarm(async (alarm) => {
    let left = 5;
    await new Promise<void>((resolve) => {
      const next = () => {
        if (left-- === 0) return resolve();
        alarm.set(monotonicMicroseconds() + 500, next);
      };
      next();
    });
  });
});
