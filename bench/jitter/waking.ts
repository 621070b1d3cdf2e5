/**
 * `node waking.ts SECONDS`: a real-time thread that does nothing but wake every FASTEST seconds, by
 * the alarm that elections have. It writes as JSON when it did, in microseconds: what is late here
 * is late by the machine.
 */
import { describeFault } from "../../src/base/fault.ts";
import { addon } from "../../src/kernel/linux/addon.ts";
import { Alarm, monotonicMicroseconds } from "../../src/kernel/linux/election/alarm.ts";
import { goFirst } from "../../src/kernel/linux/election/real-time.ts";
import { FASTEST } from "./settings.ts";

/** In microseconds of the monotonic clock. */
export type Woken = readonly number[];

const loaded = addon();
if (!loaded.ok) throw new Error(describeFault(loaded.fault));
const opened = Alarm.open(loaded.value);
if (!opened.ok) throw new Error(describeFault(opened.fault));
const alarm = opened.value;
const first = goFirst(loaded.value);
if (!first.ok) throw new Error(describeFault(first.fault));

const begun = monotonicMicroseconds();
const end = begun + Number(process.argv[2]) * 1_000_000;
const woken: number[] = [];

function wakeAt(at: number): void {
  alarm.set(at, () => {
    woken.push(monotonicMicroseconds());
    const next = at + FASTEST * 1_000_000;
    if (next < end) {
      wakeAt(next);
      return;
    }
    alarm.close();
    process.stdout.write(JSON.stringify(woken));
  });
}

wakeAt(begun);
