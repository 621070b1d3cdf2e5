/** Messages that nobody may believe, sent to an election that runs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFrame } from "../../src/wire/frame.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";
import { ElectionScene } from "./election-scene.ts";
import { FORGERIES, framed, message, PASSWORD } from "./forgeries.ts";

/** Three intervals and the skew, and then some. */
const MASTER_AT = 4;
const TIMES = 100;
const MINUTE = 60;

/** A master whose instance has a password. */
function master(settings: ConstructorParameters<typeof ElectionScene>[0] = {}): ElectionScene {
  const scene = new ElectionScene({ password: PASSWORD, ...settings });
  scene.runUntil(MASTER_AT);
  assert.equal(scene.counts.state, "MASTER");
  return scene;
}

/** When its advertisements left after it was master, in seconds. */
function advertised({ sent }: ElectionScene): readonly number[] {
  return sent
    .filter(({ bytes }) => {
      const parsed = parseFrame(bytes);
      return parsed.ok && parsed.value.protocol === PROTOCOL.vrrp;
    })
    .flatMap(({ time }) => (time > MASTER_AT ? [time] : []));
}

for (const { what, frames, reason, settings } of FORGERIES) {
  test(`messages ${what} are dropped, counted as "${reason}" and told of once a minute`, () => {
    const scene = master(settings);
    const before = scene.reports.length;
    for (let i = 0; i < TIMES; i++) {
      for (const each of frames) scene.forge(each);
      scene.runUntil(MASTER_AT + (i + 1) / 10);
    }
    const { counts } = scene;
    const all = frames.length * TIMES;
    assert.deepEqual(counts.dropped, { [reason]: all });
    assert.deepEqual([counts.received, counts.state, counts.holding], [all, "MASTER", true]);
    assert.equal(scene.reports.length - before, 1, "one line, and nothing else happens");
    assert.equal(scene.warnings.length, 1);
    scene.runUntil(MASTER_AT + MINUTE);
    scene.forge(frames[0]!);
    scene.runUntil(MASTER_AT + MINUTE + 1);
    assert.equal(scene.warnings.length, 2, "a minute later once more");
  });

  test(`a backup does not wait any longer for messages ${what}`, () => {
    const scene = new ElectionScene({ password: PASSWORD, ...settings });
    for (let i = 0; i < TIMES; i++) {
      for (const each of frames) scene.forge(each);
      scene.runUntil((i + 1) * (MASTER_AT / TIMES));
    }
    assert.equal(scene.counts.state, "MASTER");
    assert.deepEqual(Object.keys(scene.counts.dropped), [reason]);
  });
}

test("all kinds at once are each counted and told of", () => {
  const scene = master();
  const kinds = FORGERIES.filter(({ settings }) => settings === undefined);
  for (let i = 0; i < TIMES; i++) {
    for (const { frames } of kinds) scene.forge(frames[0]!);
    scene.runUntil(MASTER_AT + (i + 1) / 10);
  }
  const expected = Object.fromEntries(kinds.map(({ reason }) => [reason, TIMES]));
  assert.deepEqual(scene.counts.dropped, expected);
  assert.equal(scene.warnings.length, kinds.length);
  assert.equal(new Set(scene.warnings).size, kinds.length, "each says something of its own");
});

test("messages of another router are none of ours", () => {
  const scene = master();
  for (let i = 0; i < TIMES; i++) scene.forge(framed(message({ router: 52 })));
  scene.runUntil(MASTER_AT + 1);
  assert.deepEqual([scene.counts.received, scene.counts.dropped], [0, {}]);
  assert.equal(scene.counts.state, "MASTER");
});

test("what we have said ourselves, and is sent again, is dropped", () => {
  const scene = master();
  const [own] = scene.sent;
  for (let i = 0; i < TIMES; i++) scene.forge(own!.bytes);
  scene.runUntil(MASTER_AT + 1);
  assert.deepEqual(scene.counts.dropped, { "own-source": TIMES });
  assert.equal(scene.counts.state, "MASTER");
});

test("in a flood advertisements keep their time", () => {
  const quiet = master();
  quiet.runUntil(MASTER_AT + 10);
  const scene = master();
  const { frames } = FORGERIES.find(({ reason }) => reason === "password")!;
  for (let i = 0; i < 10 * TIMES; i++) {
    for (let j = 0; j < TIMES; j++) scene.forge(frames[0]!);
    scene.runUntil(MASTER_AT + (i + 1) / TIMES);
  }
  assert.equal(advertised(quiet).length, 10);
  assert.deepEqual(advertised(scene), advertised(quiet));
  assert.equal(scene.warnings.length, 1);
});

test("the one that would win does: the others are refused for what is wrong with them", () => {
  const scene = master();
  scene.forge(framed(message()));
  scene.runUntil(MASTER_AT + 0.5);
  assert.equal(scene.counts.state, "BACKUP");
  assert.deepEqual(scene.counts.dropped, {});
});
