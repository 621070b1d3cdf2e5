import type { CapturedSection } from "./ka-vrrp-capture.ts";
import { type Configurations, eventsOf } from "./ka-vrrp-events.ts";
import type { PlayedEvent } from "./ka-vrrp-play.ts";

/** A section as it is played. */
export interface Story {
  readonly configurations: Configurations;
  /** What there was before the section began. */
  readonly before?: readonly PlayedEvent[];
  /** What was done that its lines do not tell. */
  readonly more?: readonly PlayedEvent[];
  /** By how many seconds a director's timer was ahead of what its log says of the start. */
  readonly ahead?: Readonly<Record<string, number>>;
}

export function storyEvents(section: CapturedSection, story: Story): readonly PlayedEvent[] {
  const { configurations, before = [], more = [], ahead = {} } = story;
  const events = eventsOf(section, configurations).map((event) =>
    event.kind === "start" ? { ...event, at: event.at - (ahead[event.host] ?? 0) } : event,
  );
  return [...before, ...events, ...more];
}

/** From a start with nobody else there: three intervals and the skew. */
export function masterSince(host: string, text: string, since: number): PlayedEvent {
  const priority = Number(/priority (\d+)/.exec(text)![1]);
  return { at: since - 3 - (256 - priority) / 256, kind: "start", host, text };
}
