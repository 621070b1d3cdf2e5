import assert from "node:assert/strict";
import { test } from "node:test";
import { failoverFigures } from "../../bench/failover/figures.ts";
import { measureFailover } from "../../bench/failover/measure.ts";
import { describeFailover } from "../../bench/failover/report.ts";
import { jitterFigures } from "../../bench/jitter/figures.ts";
import { measureJitter } from "../../bench/jitter/measure.ts";
import { describeJitter } from "../../bench/jitter/report.ts";

const skip = process.getuid?.() === 0 ? false : "namespaces and BPF programs need root";
const silent = () => {};

test("advertisements are heard while a director checks its servers and is asked", {
  skip,
}, async () => {
  const plan = { servers: 20, rounds: 1, seconds: 4 };
  const measured = await measureJitter(plan, silent, new AbortController().signal);
  const samples = measured.ok ? measured.value : assert.fail(measured.fault.message);
  assert.ok(samples.every(({ asked }) => asked.listings > 0 && asked.changes > 0));
  const figures = jitterFigures(samples);
  assert.deepEqual(
    figures.map(({ what, interval }) => [what, interval]),
    [
      ["advertisements", 0.01],
      ["advertisements", 0.1],
      ["advertisements", 1],
      ["control", 0.01],
    ],
  );
  for (const { median, most99, maximum, count, interval } of figures) {
    assert.ok(median <= most99 && most99 <= maximum && Number.isFinite(maximum));
    assert.ok(count > 0 && count < (2 * plan.seconds) / interval);
  }
  const rows = describeJitter(figures, samples, plan).filter((line) => line.includes(" every 0"));
  assert.equal(rows.length, 3);
});

test("a client is answered again after each event of a master", { skip }, async () => {
  const fast = { version: 3, interval: 0.01 } as const;
  const labs = [
    (["link down", "its return", "SIGTERM"] as const).map((event) => ({ ...fast, event })),
  ];
  const plan = { rounds: 1 };
  const measured = await measureFailover(plan, silent, new AbortController().signal, labs);
  const samples = measured.ok ? measured.value : assert.fail(measured.fault.message);
  assert.deepEqual(
    samples.map((sample) => sample.case),
    labs[0],
  );
  const figures = failoverFigures(samples);
  for (const { median, minimum, maximum, rfc, bound } of figures) {
    assert.ok(minimum > 0 && minimum <= median && median <= maximum && rfc < bound);
  }
  const rows = describeFailover(figures, plan).filter((line) => line.startsWith("v3"));
  assert.equal(rows.length, 3);
});
