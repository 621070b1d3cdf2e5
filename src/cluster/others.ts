/**
 * Those who have said that they are master, and until when each may hold the addresses.
 * Microseconds.
 */
export type Others = ReadonlyMap<string, number>;

export const NO_OTHERS: Others = new Map();

/**
 * Whoever was heard may hold for so many of its intervals: its lease, from one advertisement more
 * that was sent and lost, and a sixteenth for clocks that differ and for a data path that reads a
 * coarse one.
 */
const IN_FORCE_INTERVALS = 3.5625;

/** So many at most, or a flood of forged senders would fill the memory. */
const OTHERS_MAX = 16;

const ANYBODY = "";

/** Somebody was heard who is master, with the interval of its advertisements. */
export function heard(others: Others, source: string, interval: number, now: number): Others {
  const live = [...others].filter(([name, until]) => until > now && name !== source);
  live.push([source, now + Math.ceil(IN_FORCE_INTERVALS * interval)]);
  return new Map(live.slice(-OTHERS_MAX));
}

/**
 * Who begins to listen does not know who is there: it waits as if it had heard somebody, whose
 * daemon may have died this moment and whose lease goes on.
 */
export function beginListening(interval: number, now: number): Others {
  return heard(NO_OTHERS, ANYBODY, interval, now);
}

/** Somebody has said that it leaves: it let go before it said so. */
export function left(others: Others, source: string): Others {
  return new Map([...others].filter(([name]) => name !== source));
}

/** When nobody else can hold the addresses any more; 0 when nobody can now. */
export function freeAt(others: Others): number {
  return Math.max(0, ...others.values());
}
