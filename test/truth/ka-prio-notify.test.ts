/** What keepalived 2.2.7 told scripts and FIFOs of an instance and its group (P33). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PRIO_SECTIONS, PRIO_STORIES } from "./ka-prio-sections.ts";
import { play } from "./ka-vrrp-play.ts";
import { storyEvents } from "./ka-vrrp-stories.ts";

const SECTION = PRIO_SECTIONS.find(({ number }) => number === "P33")!;
const END = 28;

/** The lines of one of the logs that the section ends with. */
function logged(name: string, pattern: RegExp): string[] {
  const log = SECTION.text.split(`# /tmp/${name}.log (t= relative)\n`)[1]!.split("\n# /tmp/")[0]!;
  const lines = log.split("\n").flatMap((line) => pattern.exec(line)?.slice(1).join(" ") ?? []);
  return lines.filter((line) => !/^(RS|VS) |quorum|rs_(up|down)/.test(line));
}

const NOTIFICATIONS = play(storyEvents(SECTION, PRIO_STORIES.P33!), END).flatMap((entry) =>
  entry.kind === "notified" ? [entry.notification] : [],
);

/** The order of an instance and its group at one change is chance in the capture: both are read. */
const NAMES = ["INSTANCE", "GROUP"];
const of = (lines: readonly string[], name: string) =>
  lines.filter((line) => line.startsWith(`${name} `));

for (const fifo of ["vrrp", "all"]) {
  test(`the FIFO for ${fifo}`, () => {
    const captured = logged("fifo", new RegExp(`^t=\\S+ ${fifo}: (.*)$`));
    const told = NOTIFICATIONS.flatMap((each) => each.fifo?.line ?? []);
    for (const name of NAMES) {
      assert.notDeepEqual(of(captured, name), []);
      assert.deepEqual(of(told, name), of(captured, name));
    }
    assert.equal(told.length, captured.length);
  });
}

test("the scripts, with their arguments", () => {
  // They run beside each other, and each writes when it comes to it.
  const captured = logged("notify", /^t=\S+ script=(\S+) args=\[(.*)\] n=/);
  const told = NOTIFICATIONS.flatMap(({ scripts }) => scripts.map(({ words }) => words.join(" ")));
  const trimmed = captured.map((line) => line.trimEnd());
  assert.equal(trimmed.length, 20);
  assert.deepEqual(told.toSorted(), trimmed.toSorted());
  const generic = (lines: readonly string[], kind: string) =>
    lines.filter((line) => line.includes(` ${kind} `));
  for (const kind of NAMES) assert.deepEqual(generic(told, kind), generic(trimmed, kind));
});
