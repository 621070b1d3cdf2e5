import { leaseLength } from "./timing.ts";

/**
 * Those who have said that they are master, and until when each may hold the addresses: its lease
 * from the last advertisement that was heard. Microseconds.
 */
export type Others = ReadonlyMap<string, number>;

export const NO_OTHERS: Others = new Map();

/** So many at most, or a flood of forged senders would fill the memory. */
const OTHERS_MAX = 16;

/** Somebody was heard who is master, with the interval of its advertisements. */
export function heard(others: Others, source: string, interval: number, now: number): Others {
  const live = [...others].filter(([name, until]) => until > now && name !== source);
  live.push([source, now + leaseLength(interval)]);
  return new Map(live.slice(-OTHERS_MAX));
}

/** Somebody has said that it leaves: it let go before it said so. */
export function left(others: Others, source: string): Others {
  return new Map([...others].filter(([name]) => name !== source));
}

/** When nobody else can hold the addresses any more; 0 when nobody can now. */
export function freeAt(others: Others): number {
  return Math.max(0, ...others.values());
}
