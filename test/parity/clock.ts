import { ICMP_LIMITS, TICK_SHIFT } from "../../src/datapath/constants.ts";
import type { ArrayName, Layout } from "../../src/datapath/layout.ts";
import type { Records } from "../../src/datapath/records.ts";
import type { View } from "../../src/datapath/tables.ts";

/**
 * How far the coarse clock may lie behind the fine one, in ns. It is set by the timer interrupt,
 * every 1 to 10 ms (CONFIG_HZ); a virtual machine whose CPU was taken away for a while is later
 * than that.
 */
const LAG_MAX = 2_000_000_000n;

/**
 * The time at which the program took a frame.
 *
 * The program reads CLOCK_MONOTONIC_COARSE, which no process can read at that same instant. But all
 * that depends on the time of day is written down with it: the tick of an insertion, of a change of
 * state, of a look at the ICMP limits, of a flow without an entry, of a fragment. So the program
 * goes first, its tick is read from what it wrote, and the specification gets that very time:
 * nothing needs a tolerance but the clock itself. Where the program wrote no new tick, either it
 * needed none, or it was the last one that was seen.
 */
export class ProgramClock {
  #last: bigint;

  /** `now` is CLOCK_MONOTONIC in ns. */
  constructor(now: bigint) {
    // A time before all that the program will read.
    this.#last = now > LAG_MAX ? now - LAG_MAX : 0n;
  }

  /** The last tick that the program is known to have read, in ns. */
  get last(): bigint {
    return this.#last;
  }

  /** Whether the last tick can be one of the monotonic clock's between these two times. */
  fits(earliest: bigint, latest: bigint): boolean {
    return this.#last >= earliest - LAG_MAX && this.#last <= latest;
  }

  /**
   * Reads what the program wrote when it took the frame, at about `now`, beyond the tables as they
   * were `before`. True when its clock has gone on since it was last seen: then it may have done so
   * between two readings for this one frame.
   */
  wentOn(program: View, before: View, now: bigint): boolean {
    const last = this.#last;
    for (const tick of writtenTicks(program, before)) {
      const time = nanoseconds(tick, now);
      if (time > this.#last) this.#last = time;
    }
    return this.#last > last;
  }
}

/** Every tick in the tables that was not there before. */
function* writtenTicks(program: View, before: View): Generator<number> {
  if (differ(program, before, "connections_cold")) {
    yield* changed(program.cold, before.cold, "seen");
  }
  if (differ(program, before, "fragments")) {
    yield* changed(program.fragments, before.fragments, "seen");
  }
  if (differ(program, before, "cache_routes")) {
    yield* changed(program.cacheRoutes, before.cacheRoutes, "used");
  }
  yield* changed(program.services, before.services, "refused");
  const limited = limitedTick(program, before);
  if (limited !== undefined) yield limited;
  const untracked = untrackedTick(program, before);
  if (untracked !== undefined) yield untracked;
}

function differ(program: View, before: View, name: ArrayName): boolean {
  const [a, b] = [program, before].map(({ tables }) => Buffer.from(tables.arrays[name]));
  return Buffer.compare(a!, b!) !== 0;
}

function* changed<L extends Layout>(
  program: Records<L>,
  before: Records<L>,
  field: Parameters<Records<L>["get"]>[1],
): Generator<number> {
  for (let index = 0; index < program.count; index++) {
    const tick = program.get(index, field);
    if (tick !== before.get(index, field)) yield tick;
  }
}

function limitedTick(program: View, before: View): number | undefined {
  if (!differ(program, before, "icmp_limits")) return undefined;
  const a = program.icmpLimits;
  const b = before.icmpLimits;
  for (let slot = 0; slot < ICMP_LIMITS; slot++) {
    const changed = a[2 * slot] !== b[2 * slot] || a[2 * slot + 1] !== b[2 * slot + 1];
    if (changed) return a[2 * slot + 1]!;
  }
  return undefined;
}

/** Written with its lowest bit set: it was this tick or the next. */
function untrackedTick(program: View, before: View): number | undefined {
  for (let service = 0; service < program.services.count; service++) {
    const tick = program.services.get(service, "untracked");
    if (tick !== before.services.get(service, "untracked")) return (tick & ~1) >>> 0;
  }
  return undefined;
}

/** Ticks wrap after 52 days: the one that is nearest to now. */
function nanoseconds(tick: number, now: bigint): bigint {
  const ticks = now >> TICK_SHIFT;
  const behind = BigInt.asIntN(32, (ticks & 0xffff_ffffn) - BigInt(tick));
  return (ticks - behind) << TICK_SHIFT;
}
