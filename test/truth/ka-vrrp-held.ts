import assert from "node:assert/strict";
import { test } from "node:test";
import type { CapturedSection } from "./ka-vrrp-capture.ts";
import { differences } from "./ka-vrrp-compare.ts";
import type { Exclusion } from "./ka-vrrp-exclusions.ts";
import { play } from "./ka-vrrp-play.ts";
import { capturedSights, playedSights } from "./ka-vrrp-seen.ts";
import { type Story, storyEvents } from "./ka-vrrp-stories.ts";

/** The play goes on for as long: what it does later than the capture is still compared. */
const AFTER = 0.6;

/**
 * A test for each section: it is played, and differs from the capture in what its exclusions say,
 * in each of them, and in nothing else.
 */
export function holdSections(
  sections: readonly CapturedSection[],
  stories: Readonly<Record<string, Story>>,
  exclusions: readonly Exclusion[],
): void {
  for (const section of sections) {
    const own = exclusions.filter((exclusion) => exclusion.section === section.number);
    const apart = own.length === 0 ? "" : " (in part)";
    test(`${section.title}${apart}`, () => {
      const story = stories[section.number];
      assert.ok(story !== undefined, "the section is played");
      const found = differencesOf(section, story);
      const patterns = own.flatMap(({ differs }) => differs);
      const unknown = found.filter((line) => !patterns.some((pattern) => pattern.test(line)));
      assert.equal(unknown.join("\n"), "");
      const idle = patterns.filter((pattern) => !found.some((line) => pattern.test(line)));
      assert.deepEqual(idle, [], "an exclusion that excludes nothing");
    });
  }

  test("what is excluded, and what is played, is there", () => {
    const numbers = sections.map(({ number }) => number);
    assert.deepEqual(Object.keys(stories).sort(), numbers.toSorted());
    for (const { section } of exclusions) assert.ok(numbers.includes(section), section);
  });
}

function differencesOf(section: CapturedSection, story: Story): readonly string[] {
  const times = [...section.lines, ...section.frames].map(({ time }) => time);
  const to = Math.max(...times);
  const entries = play(storyEvents(section, story), to + AFTER);
  const span = { from: Math.min(0, ...times), to };
  return differences(capturedSights(section), playedSights(entries, section.wire), span);
}
