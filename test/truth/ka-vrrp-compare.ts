import type { AdvertSight, Sight, Sights } from "./ka-vrrp-seen.ts";

/**
 * By how many seconds the play may be before the capture, or behind it. The guest of the capture
 * did what it was told to up to 0.2 s late. Weir claims for an eighth of an interval before it
 * holds: its first advertisement is earlier by that, and so is who gives way to it.
 */
const TOLERANCE = 0.3;
/** Addresses were looked for now and then, and a slow guest found some late. */
const ADDRESS_EARLY = 1;
/** An answer to another's advertisement, and the volley that it opens. */
const ANSWER = 0.06;
/** Between what an instance does and what it says of itself. */
const MOMENT = 0.001;

/** The times in seconds from which and until which everything was captured. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

interface Match {
  readonly early?: number;
  /** What of the play need not be in the capture. */
  readonly mayBeMore?: (sight: Sight) => boolean;
}

/** In words, each difference; none where the play holds what was captured. */
export function differences(captured: Sights, played: Sights, span: Span): string[] {
  const isQuiet = captured.adverts.length === 0;
  // Some captures of frames are cut off.
  const shownFrames = [...captured.adverts, ...captured.announcements].map(({ time }) => time);
  const framesSpan = { from: span.from, to: Math.min(span.to, Math.max(...shownFrames)) };
  const noFrames = isQuiet && captured.announcements.length === 0;
  const shown = new Set(captured.addresses.map(({ what }) => what.slice(2)));
  const own = (sights: readonly Sight[]) => sights.filter(({ what }) => shown.has(what.slice(2)));
  return [
    ...compared("state", captured.states, played.states, span),
    ...compared("address", captured.addresses, own(played.addresses), span, {
      early: ADDRESS_EARLY,
    }),
    ...(isQuiet
      ? compared("leave", captured.leaves, played.leaves, span, { mayBeMore: () => true })
      : compared("advertisement", captured.adverts, played.adverts, framesSpan, {
          mayBeMore: (sight) => isWeirsOwn(sight as AdvertSight, played),
        })),
    ...(noFrames
      ? compared("announcement of", captured.begun, played.begun, span)
      : compared("announcement", captured.announcements, played.announcements, framesSpan)),
  ];
}

/**
 * Advertisements that keepalived does not send: a claimant's, priority 0 of who gives way, and the
 * answers to whoever is worse.
 */
function isWeirsOwn(sight: AdvertSight, { states, adverts }: Sights): boolean {
  const host = hostOf(sight.by);
  const own = states.filter(({ by }) => by === host);
  const changes = own.filter(({ time }) => Math.abs(time - sight.time) <= MOMENT);
  const before = own.filter(({ time }) => time < sight.time - MOMENT).at(-1);
  if (before?.what.endsWith(" BACKUP")) return true;
  if (sight.priority === 0) return changes.some(({ what }) => what.endsWith(" BACKUP"));
  return adverts.some(
    ({ by, time }) => by !== sight.by && time <= sight.time && sight.time - time <= ANSWER,
  );
}

/** "lb1" has the Ethernet address 02:00:00:00:00:10. */
function hostOf(mac: string): string {
  return `lb${mac.at(-2)}`;
}

function compared(
  kind: string,
  captured: readonly Sight[],
  played: readonly Sight[],
  { from, to }: Span,
  { early = TOLERANCE, mayBeMore = () => false }: Match = {},
): string[] {
  const left = [...played];
  const found: string[] = [];
  for (const sight of captured) {
    const at = left.findIndex(
      ({ time, by, what }) =>
        by === sight.by &&
        what === sight.what &&
        time >= sight.time - early &&
        time <= sight.time + TOLERANCE,
    );
    if (at < 0) found.push(`${kind} missing: ${described(sight)}`);
    else left.splice(at, 1);
  }
  const more = left.filter(
    (sight) => sight.time >= from && sight.time <= to - TOLERANCE && !mayBeMore(sight),
  );
  return [...found, ...more.map((sight) => `${kind} more: ${described(sight)}`)];
}

function described({ time, by, what }: Sight): string {
  return `${time.toFixed(3)} ${by} ${what}`;
}
