import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../base/random.ts";
import { Clock } from "./clock.ts";
import { Thread } from "./thread.ts";

function started(): { clock: Clock; thread: Thread; seen: string[] } {
  const random = new Random(1);
  const clock = new Clock(random);
  const seen: string[] = [];
  const thread = new Thread(clock, random, 0, (what) => seen.push(`${clock.now} ${what}`));
  return { clock, thread, seen };
}

test("a process that is stopped does afterwards what it was asked to", () => {
  const { clock, thread, seen } = started();
  thread.pause(100);
  clock.at(10, () => thread.post(() => seen.push(`${clock.now} done`)));
  clock.run(50);
  assert.ok(thread.paused);
  clock.run(200);
  assert.deepEqual(seen, ["100 SIGCONT of the daemon", "100 done"]);
});

test("a process that is killed does nothing more", () => {
  const { clock, thread, seen } = started();
  clock.at(5, () => thread.kill());
  thread.post(() => seen.push("before"));
  clock.at(10, () => thread.post(() => seen.push("after")));
  clock.run(20);
  assert.deepEqual(seen, ["before"]);
});

test("a process stands still between two calls to the kernel, and the world goes on", () => {
  const { clock, thread, seen } = started();
  thread.strikeAfter(1, { kind: "pause", duration: 30 });
  thread.post(() => {
    thread.enterKernel();
    seen.push(`${clock.now} first call`);
    thread.enterKernel();
    seen.push(`${clock.now} second call`);
  });
  clock.at(20, () => seen.push("meanwhile"));
  clock.run(100);
  assert.deepEqual(seen, [
    "0 first call",
    "0 stopped in a call",
    "meanwhile",
    "30 SIGCONT of the daemon",
    "30 second call",
  ]);
});

test("a process can be killed in a call, and never returns from it", () => {
  const { clock, thread, seen } = started();
  thread.strikeAfter(0, { kind: "kill" });
  thread.post(() => {
    thread.enterKernel();
    seen.push("returned");
  });
  clock.run(100);
  assert.deepEqual(seen, ["0 killed in a call"]);
  assert.ok(thread.dead);
});

test("a thread that waits for the processor is late, and by no more than it may be", () => {
  const { clock, thread } = started();
  thread.lateness = 1_000;
  const times: number[] = [];
  for (let count = 0; count < 50; count++) thread.post(() => times.push(clock.now));
  clock.run(1_000);
  assert.equal(times.length, 50);
  assert.ok(new Set(times).size > 10);
});
