import { until } from "../lab.ts";
import { BACKUP, type DirectorName, type HaLab, MASTER } from "./ha-lab.ts";
import { type Observer, observe } from "./observer.ts";

/** Starts both directors, and the watch once the first holds the VIP and is seen to. */
export async function watchMaster(ha: HaLab): Promise<Observer> {
  await ha.start(MASTER);
  await ha.start(BACKUP);
  await ha.untilHeldBy(MASTER);
  const watch = await observe(ha.lab);
  await untilSeen(watch, MASTER);
  return watch;
}

/** Waits until exactly these directors answer and forward, as the watch sees it. */
export async function untilSeen(watch: Observer, ...hosts: DirectorName[]): Promise<void> {
  await until(`${hosts.join(" and ")} answer and forward`, async () => {
    const now = watch.moments.at(-1);
    return now?.answers.join() === hosts.join() && now.forwards.join() === hosts.join();
  });
}
