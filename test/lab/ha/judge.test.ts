import assert from "node:assert/strict";
import { test } from "node:test";
import { type Deed, Judge, type Moment, type Probe, type Violation } from "./judge.ts";

const ROUND_US = 5_000;
/** What a frame takes to its director and back. */
const WAY_US = 40;
const [A, B] = ["node01", "node04"] as const;

/** Who holds at an instant, in microseconds. */
type Holding = Readonly<Record<string, (time: number) => boolean>>;

/** A round as it is sent: a question to both, then SYNs to A, B, A, B, 100 microseconds apart. */
function roundAt(number: number, held: Holding, forwards: Holding = held) {
  const start = number * ROUND_US;
  const probe = (director: string, deed: Deed, sent: number, holding: Holding): Probe =>
    holding[director]!(sent + WAY_US / 2)
      ? { director, deed, sent, seen: sent + WAY_US }
      : { director, deed, sent };
  return {
    number,
    probes: [
      ...[A, B].map((director) => probe(director, "answers", start, held)),
      ...[A, B, A, B].map((director, at) =>
        probe(director, "forwards", start + 100 * (at + 1), forwards),
      ),
    ],
  };
}

function judge(held: Holding, forwards: Holding = held, rounds = 160) {
  const judged = new Judge(0);
  const moments: Moment[] = [];
  const violations: Violation[] = [];
  for (let number = 0; number < rounds; number++) {
    const found = judged.add(roundAt(number, held, forwards));
    if (found.moment) moments.push(found.moment);
    violations.push(...found.violations);
  }
  return { moments, violations };
}

const before = (end: number) => (time: number) => time < end;
const from = (start: number) => (time: number) => time >= start;
const never = () => false;
/** In the middle of a round: after the first SYN to A, before the first to B. */
const MIDDLE = 100 * ROUND_US + 170;

test("a VIP that moves from one instant to the next is no violation, within a round or not", () => {
  for (let at = 0; at <= ROUND_US; at += 50) {
    const change = 100 * ROUND_US + at;
    const there = judge({ [A]: before(change), [B]: from(change) });
    assert.deepEqual(there.violations, []);
    const back = judge({ [A]: from(change), [B]: before(change) });
    assert.deepEqual(back.violations, []);
  }
});

test("the timeline names who answers and who forwards, at each change", () => {
  const { moments } = judge({ [A]: before(50 * ROUND_US), [B]: from(80 * ROUND_US) });
  assert.deepEqual(moments, [
    { at: 0, answers: [A], forwards: [A] },
    { at: 50 * ROUND_US, answers: [], forwards: [] },
    { at: 80 * ROUND_US, answers: [B], forwards: [B] },
  ]);
});

test("two holders for longer than a round are a violation, wherever it begins", () => {
  for (let at = 0; at <= ROUND_US; at += 50) {
    const begin = 100 * ROUND_US + at;
    const { violations } = judge({ [A]: before(begin + 2 * ROUND_US), [B]: from(begin) });
    assert.ok(violations.length > 0, `at ${at}`);
  }
});

test("an overlap within one round is a violation", () => {
  const { violations } = judge({ [A]: before(MIDDLE + 200), [B]: from(MIDDLE) });
  assert.deepEqual(
    violations.map(({ round, holder, other, deeds }) => ({ round, holder, other, deeds })),
    [{ round: 100, holder: A, other: B, deeds: ["forwards", "forwards"] }],
  );
});

test("one that answers while another forwards is a violation", () => {
  const { violations } = judge(
    { [A]: before(150 * ROUND_US), [B]: never },
    { [A]: never, [B]: from(100 * ROUND_US) },
  );
  assert.deepEqual(violations[0]?.deeds, ["answers", "forwards"]);
  assert.ok(violations.length >= 25, String(violations.length));
});

test("a holder that was seen to let go in between proves nothing of the other", () => {
  const gap = (time: number) => time < 100 * ROUND_US || time >= 103 * ROUND_US;
  const filled = (time: number) => !gap(time);
  assert.deepEqual(judge({ [A]: gap, [B]: filled }).violations, []);
});

test("an acceptance that is seen late is judged by when it may have been", () => {
  const judged = new Judge(0);
  const found: Violation[] = [];
  for (let number = 0; number < 200; number++) {
    const round = roundAt(number, { [A]: before(100 * ROUND_US), [B]: from(100 * ROUND_US) });
    // What B accepted in round 100 may have been accepted before A let go, or long after.
    const probes = round.probes.map((probe) =>
      number === 99 && probe.director === B ? { ...probe, seen: probe.sent + ROUND_US } : probe,
    );
    found.push(...judged.add({ number, probes }).violations);
  }
  assert.deepEqual(found, []);
});
