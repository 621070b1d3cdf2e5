import type { Effect } from "./effect.ts";
import type { GratuitousSettings } from "./settings.ts";

/** The gratuitous ARP and NA messages that are still to come, in the order of their times. */
export type Announcements = readonly Announcement[];

interface Announcement {
  /** Microseconds. */
  readonly at: number;
  readonly repeat: number;
  /** Comes again after so long; 0 for once. */
  readonly every: number;
}

/** On taking the addresses: some at once, some after a delay, and then again and again. */
export function announcementsOf(garp: GratuitousSettings, now: number): Announcements {
  const { repeat, delay, refresh, refreshRepeat } = garp;
  const all: Announcement[] = [{ at: now, repeat, every: 0 }];
  if (delay > 0) all.push({ at: now + delay, repeat, every: 0 });
  if (refresh > 0) all.push({ at: now + refresh, repeat: refreshRepeat, every: refresh });
  return inOrder(all);
}

/** Somebody with a lower priority may have told the link that the addresses are its own. */
export function announceAgain(
  announcements: Announcements,
  { lowerPriorityDelay, lowerPriorityRepeat }: GratuitousSettings,
  now: number,
): Announcements {
  const at = now + lowerPriorityDelay;
  if (lowerPriorityRepeat === 0) return announcements;
  // One such message is enough, however many are heard meanwhile.
  if (announcements.some(({ every, repeat }) => every === 0 && repeat > 0)) return announcements;
  return inOrder([...announcements, { at, repeat: lowerPriorityRepeat, every: 0 }]);
}

/** What is due, and what is left. */
export function takeDue(
  announcements: Announcements,
  now: number,
): { readonly left: Announcements; readonly effects: readonly Effect[] } {
  const due = announcements.filter(({ at }) => at <= now);
  if (due.length === 0) return { left: announcements, effects: [] };
  const again = due
    .filter(({ every }) => every > 0)
    .map((one) => ({ ...one, at: now + one.every }));
  const left = inOrder([...announcements.filter(({ at }) => at > now), ...again]);
  const repeat = Math.max(...due.map((one) => one.repeat));
  return { left, effects: repeat > 0 ? [{ kind: "announce", repeat }] : [] };
}

function inOrder(all: readonly Announcement[]): Announcements {
  return all.toSorted((a, b) => a.at - b.at);
}
