import assert from "node:assert/strict";
import { test } from "node:test";
import { INSTANCE_DEFAULTS } from "../../cluster/defaults.ts";
import type { ElectionGround } from "../../kernel/election-ground.ts";
import { parseFrame } from "../../wire/frame.ts";
import { Announcer } from "./announcer.ts";
import type { Placed } from "./order.ts";

const HALF = 500_000;
const GARP = { ...INSTANCE_DEFAULTS.garp, arpInterval: HALF, naInterval: HALF };
const NONE = INSTANCE_DEFAULTS.garp;
const MAC = "02:00:00:00:00:10";

function held(address: string, link = 2): Placed["held"][number] {
  const family = address.includes(":") ? 6 : 4;
  return { family, address, prefix: 24, link, mac: MAC };
}

const [A, B, SIX] = [held("192.168.150.100"), held("192.168.150.101"), held("fd00::100")];

/** A ground that notes what leaves, and when. */
function scene() {
  const lines: string[] = [];
  let now = 0;
  const ground = {
    now: () => now,
    sendFrame(link: number, bytes: Uint8Array) {
      const frame = parseFrame(bytes);
      assert.ok(frame.ok);
      const { arp, ip } = frame.value;
      lines.push(`${now / HALF} ${link} ${arp?.senderAddress ?? ip?.source}`);
    },
  } as unknown as ElectionGround;
  const announcer = new Announcer(ground);
  /** As the election does: it comes back at each deadline. */
  const runUntil = (halves: number) => {
    for (let next = announcer.deadline; next !== undefined && next <= halves * HALF; ) {
      now = Math.max(now, next);
      announcer.turn();
      next = announcer.deadline;
    }
    now = halves * HALF;
  };
  return { announcer, lines, runUntil };
}

test("without an interval all leave at once, each address before any again", () => {
  const { announcer, lines } = scene();
  announcer.announce("VI_1", [A, B], 2, NONE);
  assert.deepEqual(
    lines,
    [A, B, A, B].map(({ address }) => `0 2 ${address}`),
  );
  assert.equal(announcer.deadline, undefined);
});

test("one leaves, and the others each an interval later", () => {
  const { announcer, lines, runUntil } = scene();
  announcer.announce("VI_1", [A, B], 2, GARP);
  assert.deepEqual(lines, [`0 2 ${A.address}`]);
  runUntil(10);
  assert.deepEqual(lines.slice(1), [`1 2 ${B.address}`, `2 2 ${A.address}`, `3 2 ${B.address}`]);
});

test("instances of one interface share its time, the families and other links do not", () => {
  const { announcer, lines, runUntil } = scene();
  announcer.announce("VI_1", [A], 1, GARP);
  announcer.announce("VI_2", [B, SIX, held("10.9.9.100", 3)], 1, GARP);
  assert.deepEqual(lines, [`0 2 ${A.address}`, "0 2 fd00::100", "0 3 10.9.9.100"]);
  runUntil(10);
  assert.deepEqual(lines.slice(3), [`1 2 ${B.address}`]);
});

test("who lets go announces nothing any more, and the others go on", () => {
  const { announcer, lines, runUntil } = scene();
  announcer.announce("VI_1", [A], 3, GARP);
  announcer.announce("VI_2", [B], 2, GARP);
  announcer.forget("VI_1");
  runUntil(10);
  assert.deepEqual(lines, [`0 2 ${A.address}`, `1 2 ${B.address}`, `2 2 ${B.address}`]);
});

test("a new round takes the place of what is left of the one before", () => {
  const { announcer, lines, runUntil } = scene();
  announcer.announce("VI_1", [A], 100, GARP);
  announcer.announce("VI_1", [A], 2, GARP);
  runUntil(10);
  assert.equal(lines.length, 3);
});
